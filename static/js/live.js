// New mail by itself: listens to the mailbox's events and asks panes.js to fetch again what the page shows.
//
// Without this script pages show what is new when they are next opened.
//   pli:refreshed {arrived}   said when something was fetched again; the rows of mail that came

const PAUSE = 1500; // milliseconds between two refreshes: a filling index changes all the time
const SILENCE = 60000; // milliseconds without a word: the connection is lost, as after sleep

const stream = document.querySelector("[data-live-events]");

// --- listening -------------------------------------------------------------------------------------
let source = null;
let shown = stream?.dataset.liveVersion;
let told = shown; // the newest version; what could not be fetched is fetched when it is told again
let heardAt = 0;
let waiting = null;
let refreshedAt = 0;

function open() {
  if (source && source.readyState !== EventSource.CLOSED && Date.now() - heardAt < SILENCE) return;
  source?.close();
  heardAt = Date.now();
  const mine = new EventSource(stream.dataset.liveEvents);
  source = mine;
  mine.addEventListener("version", (event) => {
    heardAt = Date.now();
    heard(event.data);
  });
  mine.addEventListener("presence", (event) => {
    document.dispatchEvent(new CustomEvent("pli:presence", { detail: event.data }));
  });
  mine.addEventListener("notes", (event) => {
    document.dispatchEvent(new CustomEvent("pli:notes", { detail: event.data }));
  });
  mine.addEventListener("call", refreshSoon);
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
  told = version;
  if (version !== shown) refreshSoon();
}

function refreshSoon() {
  waiting ??= setTimeout(refresh, Math.max(0, refreshedAt + PAUSE - Date.now()));
}

// --- asking, where nobody tells ----------------------------------------------------------------------
// Somebody else's mail server takes the person's own password, which no worker has: as long as the page is
// open it asks for itself, and its question fills the index a little further.
const LOOK_EVERY = 20000; // milliseconds
const LOOK_SOON = 2000; // while there is more to be told
let looking = null;
let turn = 0; // of two questions under way the later one says when to ask again

async function look() {
  const mine = (turn += 1);
  clearTimeout(looking);
  const body = new FormData();
  body.set("dossier", document.querySelector("a.fold[data-folder][aria-current]")?.dataset.folder ?? "0");
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const said = await fetch(stream.dataset.liveLook, { method: "POST", body }).then(answerOf, () => ({}));
  if (!said) return; // only signing in again helps
  if (said.version !== undefined) heard(String(said.version));
  const wait = said.unfinished ? LOOK_SOON : LOOK_EVERY;
  if (mine === turn) looking = setTimeout(look, wait * (0.8 + Math.random() * 0.4));
}

function answerOf(response) {
  if (response.status === 403) return null;
  return response.ok ? response.json() : {};
}

// --- fetching again --------------------------------------------------------------------------------
let newest = null; // of the rows when it was asked for, in milliseconds
let fetched = null; // the version that is being fetched

function refresh() {
  if ("dragging" in document.body.dataset) {
    waiting = setTimeout(refresh, PAUSE);
    return;
  }
  waiting = null;
  refreshedAt = Date.now();
  fetched = told;
  newest = Math.max(0, ...[...document.querySelectorAll(".row")].map(time));
  document.dispatchEvent(new CustomEvent("pli:visit", { detail: { url: location.href, part: "live" } }));
}

function time(row) {
  return Date.parse(row.querySelector("time").dateTime);
}

document.addEventListener("pli:renewed", () => { shown = fetched; });
document.addEventListener("pli:shown", async () => {
  if (newest === null) return;
  const arrived = [...document.querySelectorAll(".row--new")].filter((row) => time(row) > newest);
  newest = null;
  if (arrived.length > 0 && localStorage.getItem("pli-notify") === "on") await bringNotify();
  document.dispatchEvent(new CustomEvent("pli:refreshed", { detail: { arrived } }));
});

// notify.js, which who never asked for notifications does not load.
function bringNotify() {
  return import(document.querySelector("[data-notify]").closest("[data-module]").dataset.module);
}

if (stream && "EventSource" in window) {
  awake();
  addEventListener("online", awake);
  addEventListener("pageshow", (event) => { if (event.persisted) awake(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) awake(); });
  setInterval(open, SILENCE); // a computer that slept tells nobody that it woke up
}

function awake() {
  open();
  if (told !== shown) refreshSoon();
  if (stream.dataset.liveLook) look();
}
