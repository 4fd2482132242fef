// Notes of colleagues, in the conversation that this page shows, by themselves.
// <div data-notes="address" data-conversation="12"> says where they are; they are fetched when live.js hears
// that those of that conversation changed:
//   pli:notes   detail: its number

const place = () => document.querySelector("[data-notes]");

async function renew(number) {
  const mine = place();
  if (mine?.dataset.conversation !== number) return;
  const response = await fetch(mine.dataset.notes).catch(() => null);
  if (!response?.ok || mine !== place()) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = new Map([...page.querySelectorAll(".memo")].map((note) => [note.id, note]));
  for (const note of document.querySelectorAll(".memo[id^=note-]")) settle(note, fresh);
  for (const note of fresh.values()) add(note.closest("li"));
  document.dispatchEvent(new Event("pli:shown"));
}

// What is there already is put in order; a note that somebody is changing stays under their hand.
function settle(note, fresh) {
  const now = fresh.get(note.id);
  fresh.delete(note.id);
  if (!now) note.closest("li").remove();
  else if (!note.querySelector("details[open]")) note.replaceWith(own(now));
}

// Its forms lead back to this page.
function own(piece) {
  for (const back of piece.querySelectorAll("[name=retour]")) back.value = location.pathname + location.search;
  return document.adoptNode(piece);
}

function add(item) {
  const list = document.querySelector(".thread") ?? begin();
  const later = [...list.children].find((other) => time(other) > time(item));
  list.insertBefore(own(item), later ?? null);
}

const time = (item) => Date.parse(item.querySelector("time")?.dateTime);

// A message that stood alone.
function begin() {
  const list = document.createElement("ol");
  list.className = "thread";
  list.role = "list";
  document.querySelector("#lecture article.msg").after(list);
  return list;
}

document.addEventListener("pli:notes", ({ detail }) => renew(detail));
