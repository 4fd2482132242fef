// New mail by itself: listens to the mailbox's events and fetches what the page shows again.
//
// Without this script pages show what is new when they are next opened.

const PAUSE = 1500; // milliseconds between two refreshes: a filling index changes all the time
let before = null; // the unread rows when a refresh was asked for
const stream = document.querySelector("[data-live-events]");

if (stream && "EventSource" in window) start(stream.dataset.liveEvents);

function start(eventsUrl) {
  let shown = null;
  let source = null;
  let waiting = null;
  let lastRefresh = 0;

  open();
  addEventListener("online", open);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) open(); });
  document.addEventListener("pli:changed", () => refreshSoon(0));

  function open() {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(eventsUrl);
    source.addEventListener("version", (event) => heard(event.data));
    source.addEventListener("end", () => { source.close(); location.reload(); });
    source.addEventListener("error", () => {
      // The browser comes back by itself unless the answer was no stream at all, as while the site restarts.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000 + Math.random() * 6000);
    });
  }

  function heard(version) {
    const first = shown === null;
    const changed = shown !== version;
    shown = version;
    if (changed && !(first && version === stream.dataset.liveVersion)) refreshSoon(PAUSE);
  }

  function refreshSoon(pause) {
    if (waiting) return;
    const since = Date.now() - lastRefresh;
    waiting = setTimeout(refresh, Math.max(0, pause - since));
  }

  function refresh() {
    waiting = null;
    lastRefresh = Date.now();
    before = unread();
    // static/js/panes.js puts it in place; whatever the reader holds (ticks, the focus) stays.
    document.dispatchEvent(new CustomEvent("pli:visit", { detail: { url: location.href, part: "live" } }));
  }
}

document.addEventListener("pli:shown", () => {
  if (before === null) return;
  const arrived = arrivals(before);
  before = null;
  document.dispatchEvent(new CustomEvent("pli:refreshed", { detail: { arrived } }));
});

function unread() {
  return new Set([...document.querySelectorAll(".row--new a[data-row]")].map((it) => it.pathname));
}

function arrivals(before) {
  const rows = [...document.querySelectorAll(".row--new a[data-row]")];
  return rows.filter((it) => !before.has(it.pathname));
}
