// Who else reads or answers the conversation that this page shows.
// <p data-presence="address" data-doing="lit" data-conversation="12"> holds the sentence; the page says now
// and then that it is here too, and asks again when live.js hears that somebody came to that conversation:
//   pli:presence   detail: its number

const EVERY = 20000; // milliseconds; who gives no sign for 45 seconds is gone

const line = () => document.querySelector("[data-presence]");
let told = null; // { url, doing } of what this page has said

function signs(doing, gone) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("fait", doing);
  if (gone) body.set("parti", "1");
  return body;
}

function leave() {
  if (told) fetch(told.url, { method: "POST", body: signs(told.doing, true), keepalive: true });
  told = null;
}

async function ask(options) {
  const place = line();
  if (!place) return;
  const response = await fetch(place.dataset.presence, options).catch(() => null);
  if (!response?.ok || place !== line()) return;
  const { label, writing } = await response.json();
  if (place.textContent !== label) place.textContent = label;
  place.classList.toggle("team__here--writes", writing);
}

function tell() {
  const place = line();
  if (!place || document.hidden) return;
  told = { url: place.dataset.presence, doing: place.dataset.doing };
  ask({ method: "POST", body: signs(told.doing) });
}

function ready() {
  const url = line()?.dataset.presence;
  if (told && told.url !== url) leave();
  if (url && !told) tell();
}

document.addEventListener("pli:presence", ({ detail }) => {
  if (line()?.dataset.conversation === String(detail)) ask();
});
document.addEventListener("pli:shown", ready);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(); });
addEventListener("pagehide", leave);
addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
setInterval(tell, EVERY);
ready();
