// Shows messages, pages of the list and what follows from actions without loading the whole page.
// The server sends the pieces of the page that change (templates/webmail/parts.html); each replaces the
// element of the same id. Every link works as a link too. Others ask for it by events:
//   pli:visit {url, part, push}   fetch and show; push: true, false or "replace"
//   pli:put {html, url}   show
//   pli:shown                     said when something was put in place
//   pli:renewed                   said when part "live" was
//   pli:unheard                   said when nobody answered what a person asked for

const PIECES = ["annonces", "enseigne", "dossiers", "liste", "compte", "lecture"];
const SOON = 2000; // milliseconds
const MOST_ROWS = 2000; // in one page; further on, "older" is a link again

const shell = document.querySelector(".shell");

// Opening the folders on a phone, and closing them, changes nothing but the end of the address.
let here = placeless(location.href);

function placeless(url) {
  return url.split("#")[0];
}

// --- fetching and putting in place -----------------------------------------------------------------
let latest = null; // of two that are under way, the later one is shown
let renewing = null; // the same for what changed by itself: an answer that comes late knows less

async function visit(url, part, push = false) {
  const mine = {};
  if (part === "live") renewing = mine;
  else latest = mine;
  const { response, page } = await ask(part === "live" ? listed ?? url : url, part);
  if (part === "live") return renewing === mine ? renewHere(url, response, page) : undefined;
  if (latest !== mine) return undefined;
  if (!response) return document.dispatchEvent(new Event("pli:unheard"));
  const trouble = page.querySelector("[data-trouble]");
  if (trouble && part !== "list") return putTrouble(trouble, page.title, url, push);
  if (!response.ok || !page.getElementById("dossiers")) return location.assign(url);
  show(page, response.url, part, push);
  if (part === "read") markOpened(response.url);
  return undefined;
}

// The list on the screen, as far as this page knows; one comes back to it where one left it.
let listed = shell.dataset.view === "list" ? location.href : null;

function show(page, url, part, push) {
  const place = keepPlace();
  const address = part === "read" ? url : showList(page, url, place);
  put(page, push ? address : null, push, place);
}

// The address under which this page then stands.
function showList(page, url, place) {
  const list = page.querySelector("#lecture .back")?.href ?? url;
  if (listed && whole(list) === whole(listed) && (goOnScrolled(page) || list === listed)) return list === url ? listed : url;
  if (list === url) place.top = 0;
  listed = list === url ? url : null;
  return url;
}

// Its address without the page of it.
function whole(list) {
  const address = new URL(placeless(list));
  for (const name of ["apres", "avant"]) address.searchParams.delete(name);
  if (address.searchParams.get("ou") === "boites") address.searchParams.delete("ou"); // the path says it as well
  return address.href;
}

// Without an answer both are missing.
async function ask(url, part) {
  const response = await fetch(url, { headers: { "X-Pli-Part": part } }).catch(() => null);
  const text = await response?.text().catch(() => null);
  if (typeof text !== "string") return {};
  return { response, page: new DOMParser().parseFromString(text, "text/html") };
}

// A message that left meanwhile, or cannot be had now: it says so in its place, and the list stays.
function putTrouble(trouble, title, url, push) {
  if (push) goTo(url, push);
  document.title = title;
  document.getElementById("lecture").replaceChildren(document.adoptNode(trouble));
  shell.dataset.view = "message";
  document.dispatchEvent(new Event("pli:shown"));
}

function goTo(address, push) {
  if (push === "replace") history.replaceState({}, "", address);
  else if (address !== location.href) history.pushState({}, "", address);
  here = placeless(address);
}

function put(page, address, push, place) {
  if (address) goTo(address, push);
  document.title = page.title;
  for (const id of PIECES) putPiece(document.getElementById(id), page.getElementById(id));
  shell.dataset.view = document.querySelector("#lecture .read__bar") ? "message" : "list";
  restorePlace(place);
  document.dispatchEvent(new Event("pli:shown"));
}

// The folders stay the element they are: on a phone they are open while they are the target of the address.
function putPiece(shown, fresh) {
  if (!shown || !fresh) return;
  if (shown.id === "dossiers") shown.replaceChildren(...fresh.childNodes);
  else shown.replaceWith(document.adoptNode(fresh));
}

// What changed by itself: nobody is led anywhere, and ticks stay.
function renewHere(url, response, page) {
  renewing = null;
  return url === location.href ? renew(response, page) : visit(location.href, "live");
}

function renew(response, page) {
  if (!response?.ok || response.redirected || !page.getElementById("liste")) return;
  if (document.querySelector("#liste details[open], .split--on, body[data-dragging]")) {
    setTimeout(() => visit(location.href, "live"), SOON); // not under somebody's hand
    return;
  }
  const ticks = new Set([...document.querySelectorAll(".row .cb:checked")].map((box) => box.value));
  const means = Boolean(document.querySelector("[data-every]")?.checked); // all of the folder, what just came too
  const place = keepPlace();
  goOnScrolled(page);
  for (const box of page.querySelectorAll(".row .cb")) box.checked = means || ticks.has(box.value);
  const every = page.querySelector("[data-every]");
  if (every) every.checked = means;
  if (shell.dataset.view === "message") page.title = document.title;
  put(page, null, false, place);
  if (shell.dataset.view === "message") markShown(location.href);
  document.dispatchEvent(new Event("pli:renewed"));
}

// Finds again the control that has the focus, once its piece of the page was replaced: in the same row, or
// the one that does the same.
function whereOneStands() {
  const held = document.activeElement;
  const row = held?.closest(".row");
  if (row) {
    const kind = [".cb", ".star"].find((it) => held.matches(it)) ?? "[data-row]";
    return () => document.getElementById(row.id)?.querySelector(kind);
  }
  const piece = held?.closest(PIECES.map((id) => `#${id}`).join());
  if (!piece || piece === held) return () => null;
  const like = likeness(held);
  return () => [...document.getElementById(piece.id).querySelectorAll(held.tagName)].find((it) => likeness(it) === like);
}

function likeness(control) {
  return ["name", "value", "href", "class"].map((name) => control.getAttribute(name)).join(" ");
}

// A list that was scrolled on keeps its further pages around the one that comes anew. Whether it did.
function goOnScrolled(page) {
  const rows = document.querySelector("[data-rows]");
  const fresh = page.querySelector("[data-rows]");
  const pager = rows?.querySelector("[data-pager]");
  if (!rows?.dataset.pages || !fresh) return false;
  const known = [...rows.querySelectorAll(".row")];
  const again = new Set([...fresh.querySelectorAll(".row")].map((row) => row.id));
  const last = known.findLastIndex((row) => again.has(row.id));
  const isFirstPage = !fresh.querySelector("[data-pager] a:not([data-older])");
  const first = isFirstPage ? 0 : known.findIndex((row) => again.has(row.id));
  if (first < 0) return false;
  const anew = box(fresh);
  const above = copied(rows, known.slice(0, first));
  const below = copied(rows, known.slice(last + 1));
  fresh.replaceChildren(pager ? document.importNode(pager, true) : document.createElement("span"));
  fresh.dataset.pages = rows.dataset.pages;
  for (const part of [above, anew, below]) join(fresh, part);
  return true;
}

// Days and their rows, out of a list.
function box(list) {
  const made = document.createElement("div");
  made.append(...[...list.children].filter((piece) => piece.matches(".day, ul")));
  return made;
}

// Only these rows of a list, and the days they came on.
function copied(list, kept) {
  const wanted = new Set(kept.map((row) => row.id));
  const made = box(list.cloneNode(true));
  for (const row of made.querySelectorAll(".row")) if (!wanted.has(row.id)) row.remove();
  for (const rows of made.querySelectorAll(":scope > ul:not(:has(.row))")) {
    if (rows.previousElementSibling?.matches(".day")) rows.previousElementSibling.remove();
    rows.remove();
  }
  return made;
}

// Where one was in the list: how far down, and on which row or, when it goes, on the one after it.
function keepPlace() {
  const rows = document.querySelector("[data-rows]");
  const row = document.activeElement?.closest(".row");
  const after = [];
  for (let next = row; next; next = following(next)) after.push(next.id);
  return { top: rows?.scrollTop ?? 0, seen: firstSeen(rows), after, stand: whereOneStands() };
}

// The row at the upper edge of a list that was scrolled: what comes above it must not push it down.
function firstSeen(rows) {
  if (!rows?.scrollTop) return null;
  const edge = rows.getBoundingClientRect().top;
  const row = [...rows.querySelectorAll(".row")].find((it) => it.getBoundingClientRect().bottom > edge);
  return row && { id: row.id, below: row.getBoundingClientRect().top - edge };
}

function following(row) {
  const rows = [...document.querySelectorAll(".row")];
  return rows[rows.indexOf(row) + 1];
}

function restorePlace({ top, seen, after, stand }) {
  const rows = document.querySelector("[data-rows]");
  if (rows) rows.scrollTop = top;
  const first = top && seen && document.getElementById(seen.id);
  if (first) rows.scrollTop += first.getBoundingClientRect().top - rows.getBoundingClientRect().top - seen.below;
  if (document.activeElement === document.body) stand()?.focus({ preventScroll: true });
  if (after.length === 0 || document.activeElement !== document.body) return;
  const row = after.map((id) => document.getElementById(id)).find(Boolean);
  row?.querySelector("[data-row]").focus({ preventScroll: true });
}

// The list stays as it is: only the row of the opened message changes.
function markOpened(url) {
  const row = markShown(url);
  row?.classList.remove("row--new");
  row?.querySelector(".row__state")?.remove();
  if (!document.activeElement?.closest("#liste")) document.getElementById("lecture").focus();
}

// Its row, if the list has it.
function markShown(url) {
  let shown = null;
  for (const link of document.querySelectorAll("[data-row]")) {
    const row = link.closest(".row");
    const current = whole(link.href) === whole(url);
    if (current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    row.classList.toggle("row--on", current);
    if (current) shown = row;
  }
  return shown;
}

// --- links -----------------------------------------------------------------------------------------
const LINKS = [
  ["[data-row], [data-open]", "read"],
  [".back, .filters a, .sorts a, .pager a, .empty a.b", "list"],
];

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const refresh = event.target.closest("[data-refresh]");
  if (refresh) {
    event.preventDefault();
    visit(refresh.href, "list", shell.dataset.view === "list");
    return;
  }
  for (const [selector, part] of LINKS) {
    const link = event.target.closest(selector);
    if (!link || !link.href) continue;
    event.preventDefault();
    visit(link.matches(".back") ? listed ?? link.href : link.href, part, true);
    return;
  }
});

addEventListener("popstate", () => {
  if (placeless(location.href) === here) return;
  here = placeless(location.href);
  visit(location.href, "all");
});
document.addEventListener("pli:visit", ({ detail }) => visit(detail.url, detail.part, detail.push));
document.addEventListener("pli:put", ({ detail }) => {
  show(detail.page, detail.url, "all", true);
  if (renewing) visit(location.href, "live"); // the one under way may not know of this
});

// --- endless scroll --------------------------------------------------------------------------------
const nearing = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) append(entry.target);
}, { rootMargin: "600px" });

async function append(pager) {
  nearing.unobserve(pager);
  const older = pager.querySelector("[data-older]");
  const rows = pager.closest("[data-rows]");
  if (!older || rows.querySelectorAll(".row").length >= MOST_ROWS) return;
  const { response, page } = await ask(older.href, "rows");
  const more = page?.getElementById("suite");
  if (!pager.isConnected) return;
  if (!response?.ok || !more) {
    setTimeout(() => nearing.observe(pager), SOON); // asks again while one waits there
    return;
  }
  join(rows, more);
  older.remove();
  const next = more.querySelector("[data-pager] [data-older]");
  if (next) pager.append(document.adoptNode(next));
  else if (!pager.querySelector("a")) pager.remove();
  rows.dataset.pages = Number(rows.dataset.pages ?? 1) + 1;
  document.dispatchEvent(new Event("pli:shown"));
}

// A day that goes on keeps one heading.
function join(rows, more) {
  const end = rows.lastElementChild;
  const known = new Set([...rows.querySelectorAll(".row")].map((row) => row.id));
  for (const row of more.querySelectorAll(".row")) if (known.has(row.id)) row.remove();
  const [heading, list] = more.querySelectorAll(":scope > .day, :scope > ul");
  const last = [...rows.querySelectorAll(":scope > .day")].pop();
  if (heading?.matches(".day") && heading.textContent === last?.textContent) {
    rows.querySelector(":scope > ul:last-of-type").append(...list.children);
    heading.remove();
    list.remove();
  }
  for (const piece of [...more.querySelectorAll(":scope > .day, :scope > ul")]) end.before(piece);
}

// --- the edge between list and message --------------------------------------------------------------
function setWidth(edge, rem) {
  const { ariaValueMin, ariaValueMax } = edge;
  const even = Math.round(rem / 2) * 2;
  const width = Math.min(Math.max(even, Number(ariaValueMin)), Number(ariaValueMax));
  shell.dataset.width = width;
  edge.ariaValueNow = width;
}

function keepWidth(edge) {
  const body = new FormData();
  body.set("largeur", edge.ariaValueNow);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  fetch(edge.dataset.split, { method: "POST", body, keepalive: true });
}

function dragged(event) {
  const edge = event.currentTarget;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const start = document.getElementById("liste").getBoundingClientRect();
  const width = document.dir === "rtl" ? start.right - event.clientX : event.clientX - start.left;
  setWidth(edge, width / rem);
}

function makeMovable(edge) {
  edge.hidden = false;
  edge.addEventListener("pointerdown", (event) => {
    edge.setPointerCapture(event.pointerId);
    edge.classList.add("split--on");
    edge.addEventListener("pointermove", dragged);
  });
  edge.addEventListener("pointerup", () => {
    edge.classList.remove("split--on");
    edge.removeEventListener("pointermove", dragged);
    keepWidth(edge);
  });
  edge.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowRight: 2, Home: -100, End: 100 }[event.key];
    if (!step) return;
    event.preventDefault();
    setWidth(edge, Number(edge.ariaValueNow) + (document.dir === "rtl" ? -step : step));
    keepWidth(edge);
  });
}

// --- what goes on by itself --------------------------------------------------------------------------
let waiting;

function followProgress() {
  clearTimeout(waiting);
  if (!document.querySelector("[data-filling]")) return;
  waiting = setTimeout(() => {
    const busy = document.querySelector(".row .cb:checked, details.menu[open]") || document.hidden;
    if (busy) followProgress();
    else visit(location.href, "list");
  }, SOON);
}

// A first visit shows no message yet, and does without.
function readingModules() {
  const { frameSize, conversation } = document.querySelector("[data-frame-size]").dataset;
  if (document.querySelector("[data-message-frame]")) import(frameSize);
  if (document.querySelector(".thread, [data-mark-read]")) import(conversation);
}

function ready() {
  readingModules();
  for (const pager of document.querySelectorAll("[data-pager]")) nearing.observe(pager);
  followProgress();
}

// Among many folders the one that is shown is in sight.
function showFolder() {
  document.querySelector("#dossiers [aria-current=page]")?.scrollIntoView({ block: "nearest" });
}

for (const edge of document.querySelectorAll("[data-split]")) makeMovable(edge);
addEventListener("hashchange", showFolder);
showFolder();
document.addEventListener("pli:shown", ready);
ready();

// --- messages written in corners of this page, or in windows: for those who once put one there ---------
const corners = document.querySelector("[data-docks]");
if (corners && (sessionStorage.getItem("pli-corners") || localStorage.getItem("pli-place"))) import(corners.dataset.docks);
