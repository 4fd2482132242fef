// New mail by itself: listens to the mailbox's events and fetches again what the page shows.
//
// Parts that may change carry data-live="name"; whatever the reader does in them (ticked boxes, the
// focus, how far down) stays. Without this script pages show what is new when they are next opened.
//   pli:refreshed {arrived}   said when something was fetched again; the rows of mail that came

const PAUSE = 1500; // milliseconds between two refreshes: a filling index changes all the time
const SILENCE = 60000; // milliseconds without a word: the connection is lost, as after sleep

const shell = document.querySelector("[data-live-events]");

// --- listening -------------------------------------------------------------------------------------
let source = null;
let shown = shell?.dataset.liveVersion;
let heardAt = 0;
let waiting = null;
let refreshedAt = 0;

function open() {
  if (source && source.readyState !== EventSource.CLOSED && Date.now() - heardAt < SILENCE) return;
  source?.close();
  heardAt = Date.now();
  const mine = new EventSource(shell.dataset.liveEvents);
  source = mine;
  mine.addEventListener("version", (event) => heard(event.data));
  mine.addEventListener("end", () => {
    mine.close();
    location.reload();
  });
  mine.addEventListener("error", () => {
    // The browser comes back by itself unless the answer was no stream at all, as while the site restarts.
    if (mine === source && mine.readyState === EventSource.CLOSED) setTimeout(open, 2000 + Math.random() * 6000);
  });
}

function heard(version) {
  heardAt = Date.now();
  if (version === shown) return;
  shown = version;
  waiting ??= setTimeout(refresh, Math.max(0, refreshedAt + PAUSE - Date.now()));
}

// --- fetching again --------------------------------------------------------------------------------
async function refresh() {
  waiting = null;
  refreshedAt = Date.now();
  // panes.js follows a list that is being filled.
  if (document.querySelector("[data-filling]")) return;
  const address = location.href;
  try {
    const answer = await fetch(address, { headers: { "X-Pli-Part": "live" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (address === location.href) await show(page); // else one has gone on meanwhile, and sees what is new
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // away: the next event brings it
  }
}

async function show(page) {
  const newest = Math.max(0, ...[...document.querySelectorAll(".row")].map(time));
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.querySelector(`[data-live="${CSS.escape(fresh.dataset.live)}"]`);
    if (old && old.innerHTML !== fresh.innerHTML) replace(old, fresh);
  }
  if (!document.querySelector("[data-rows]") !== !page.querySelector("[data-rows]")) {
    // The first row came, or the last one went.
    document.getElementById("liste")?.replaceWith(document.adoptNode(page.getElementById("liste")));
  }
  if (shell.dataset.view === "list" && page.title) document.title = page.title;
  const arrived = [...document.querySelectorAll(".row--new")].filter((row) => time(row) > newest);
  if (arrived.length > 0 && localStorage.getItem("pli-notify") === "on") await bringNotify();
  document.dispatchEvent(new CustomEvent("pli:refreshed", { detail: { arrived } }));
}

// notify.js, which who never asked for notifications does not load.
function bringNotify() {
  return import(document.querySelector("[data-notify]").closest("[data-module]").dataset.module);
}

function time(row) {
  return Date.parse(row.querySelector("time").dateTime);
}

// --- what the reader holds ---------------------------------------------------------------------------
function replace(old, fresh) {
  const ticked = new Set([...old.querySelectorAll(".cb:checked")].map((box) => box.value));
  const giveBack = takeFocus(old);
  const top = old.scrollTop;
  const tail = old.dataset.pages ? behind(old, fresh) : null;
  old.replaceChildren(...fresh.childNodes);
  if (tail) document.dispatchEvent(new CustomEvent("pli:join", { detail: { rows: old, more: tail } }));
  for (const box of old.querySelectorAll(".cb")) box.checked = ticked.has(box.value);
  giveBack();
  old.scrollTop = top;
}

// On the same control of its row or, when that goes, of the next one.
function takeFocus(part) {
  const at = document.activeElement;
  if (!part.contains(at)) return () => {};
  const row = at.closest(".row");
  const kind = row ? [".cb", ".star"].find((it) => at.matches(it)) ?? "[data-row]" : `[href="${CSS.escape(at.getAttribute("href"))}"]`;
  const rows = [...part.querySelectorAll(".row")];
  const ids = row ? rows.slice(rows.indexOf(row)).map((it) => it.id) : [];
  return () => {
    const place = row ? ids.map((id) => document.getElementById(id)).find(Boolean) : part;
    place?.querySelector(kind)?.focus({ preventScroll: true });
  };
}

// A list that was scrolled on goes on behind the last of the fresh rows as it did; null when it cannot.
function behind(old, fresh) {
  const last = [...fresh.querySelectorAll(".row")].pop();
  const rows = [...old.querySelectorAll(".row")];
  const known = rows.findIndex((row) => row.id === last?.id);
  const pager = fresh.querySelector("[data-pager]");
  if (known < 0 || !pager) {
    delete old.dataset.pages;
    return null;
  }
  for (const row of rows.slice(0, known + 1)) row.remove();
  for (const list of old.querySelectorAll(":scope > ul:not(:has(.row))")) {
    if (list.previousElementSibling?.matches(".day")) list.previousElementSibling.remove();
    list.remove();
  }
  const mine = old.querySelector("[data-pager]");
  if (mine) pager.replaceWith(mine);
  else pager.querySelector("[data-older]")?.remove();
  const tail = document.createElement("div");
  tail.append(...old.childNodes);
  return tail;
}

if (shell && "EventSource" in window) {
  open();
  addEventListener("online", open);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) open(); });
}
