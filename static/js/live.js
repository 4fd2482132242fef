// New mail by itself: listens to the mailbox's events and fetches what the page shows again.
//
// Parts that may change carry data-live="name"; whatever the reader does in them (ticked boxes, the
// focus) stays. Without this script pages show what is new when they are next opened.

const PAUSE = 1500; // milliseconds between two refreshes: a filling index changes all the time
const stream = document.querySelector("[data-live-events]");

if (stream && "EventSource" in window) start(stream.dataset.liveEvents, stream.dataset.liveUrl);

function start(eventsUrl, pageUrl) {
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

  async function refresh() {
    waiting = null;
    lastRefresh = Date.now();
    try {
      const answer = await fetch(pageUrl || location.href, {headers: {"X-Pli-Live": "1"}});
      if (!answer.ok || answer.redirected) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // away: the next event brings it
    }
  }
}

function show(fresh) {
  const before = unread();
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.querySelector(`[data-live="${CSS.escape(old.dataset.live)}"]`);
    if (now && now.innerHTML !== old.innerHTML) replace(old, now);
  }
  if (fresh.title && document.querySelector("[data-live-title]")) document.title = fresh.title;
  document.dispatchEvent(new CustomEvent("pli:refreshed", {detail: {arrived: arrivals(before)}}));
}

// Keeps what the reader holds: ticked boxes by their value, the focus by the address it stands on.
function replace(old, now) {
  const ticked = new Set([...old.querySelectorAll("input[type=checkbox]:checked")].map(named));
  const focused = old.contains(document.activeElement) ? named(document.activeElement) : null;
  const top = old.scrollTop;
  old.replaceChildren(...now.childNodes);
  for (const box of old.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(named(box));
  if (focused) [...old.querySelectorAll("a[href], button, input")].find((it) => named(it) === focused)?.focus({preventScroll: true});
  old.scrollTop = top;
}

function named(element) {
  return element.getAttribute("href") || `${element.name}=${element.value}`;
}

function unread() {
  return new Set([...document.querySelectorAll(".row--new a[data-row]")].map((it) => it.pathname));
}

function arrivals(before) {
  const rows = [...document.querySelectorAll(".row--new a[data-row]")];
  return rows.filter((it) => !before.has(it.pathname));
}
