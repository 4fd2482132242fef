// Keyboard shortcuts of the mail pages. A link or button says its own keys: data-key="r"; a folder the
// key after g: data-go="i". j and k walk through the rows ([data-row] in [data-rows]), or turn to the
// message before or after ([data-open]) where the rows are hidden; Enter opens, as on any link. WCAG 2.1.4
// asks that single keys can be turned off: the person's settings leave out [data-shortcuts], whose value is
// the address of the list of shortcuts.

const shell = document.querySelector(".shell");
const help = shell.dataset.shortcuts;
const GO_WAITS = 1500; // milliseconds between g and the next key

function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

// --- rows ------------------------------------------------------------------------------------------
function rowLinks() {
  return [...document.querySelectorAll("[data-rows] [data-row]")].filter((link) => link.checkVisibility({ checkVisibilityCSS: true }));
}

function currentRow() {
  const focused = document.activeElement?.closest(".row");
  return focused ?? document.querySelector(".row--on");
}

// Where a message takes the place of the list, its own neighbours.
function turn(step) {
  const neighbour = document.querySelector(`[data-open="${step > 0 ? "j" : "k"}"]`);
  neighbour?.click();
  return neighbour !== null;
}

function walk(step) {
  const links = rowLinks();
  if (links.length === 0) return turn(step);
  const from = links.indexOf(currentRow()?.querySelector("[data-row]"));
  const next = links[Math.min(Math.max(from + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tick() {
  const box = currentRow()?.querySelector(".cb");
  box?.click();
  return Boolean(box);
}

// --- arrows ------------------------------------------------------------------------------------------
// Among rows, folders and the choices of a menu, for who has no mouse and wants no letters. Screen readers
// keep the arrows for themselves while they read.
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
const PART_OF_ROW = [".cb", ".star", "[data-row]"];

function neighbours(target) {
  if (target.closest(".row")) {
    const part = PART_OF_ROW.find((it) => target.matches(it)) ?? "[data-row]";
    return rowLinks().map((link) => link.closest(".row").querySelector(part));
  }
  const group = target.closest(".menu__p, .nav, details.menu[open]");
  return group ? [...group.querySelectorAll("a, button")].filter((it) => it.offsetParent) : [];
}

function stepBy(key, target) {
  const step = STEPS[key];
  if (!step || typing(target) || target.matches("[type=radio]")) return false;
  const controls = neighbours(target);
  if (controls.length === 0) return false;
  const from = controls.indexOf(target);
  const next = controls[Math.min(Math.max(from + step, 0), controls.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// --- buttons ---------------------------------------------------------------------------------------
// The ticked rows come first, then the row one stands on, then the open message.
function press(key) {
  const controls = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)];
  const inBar = controls.find((control) => control.closest(".bar--sel"));
  const others = controls.filter((control) => control !== inBar);
  const row = document.activeElement?.closest(".row");
  if (inBar && document.querySelector(".row .cb:checked")) return use(inBar);
  if (inBar && row) return actOn(row, key, inBar);
  return others.length > 0 && use(others[0]);
}

function actOn(row, key, control) {
  if (key === "s") return use(row.querySelector(".star"));
  row.querySelector(".cb").click();
  return use(control);
}

function use(control) {
  if (control.matches("input")) control.focus();
  else control.click();
  control.closest("details.menu")?.querySelector(".menu__p :is(button, a)")?.focus();
  return true;
}

// --- g, then a folder --------------------------------------------------------------------------------
let goUntil = 0;

function go(key) {
  const wanted = Date.now() < goUntil;
  goUntil = 0;
  if (!wanted) return false;
  const folder = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  folder?.click();
  return Boolean(folder);
}

// --- the list of shortcuts ---------------------------------------------------------------------------
async function showHelp() {
  let dialog = document.querySelector("dialog.help");
  if (!dialog) {
    const page = new DOMParser().parseFromString(await (await fetch(help)).text(), "text/html");
    dialog = document.createElement("dialog");
    dialog.className = "help";
    const list = document.adoptNode(page.getElementById("raccourcis"));
    const close = document.createElement("button");
    close.className = "b b--quiet";
    close.textContent = list.dataset.close;
    list.append(close);
    dialog.append(list);
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target === close) dialog.close();
    });
    document.body.append(dialog);
  }
  dialog.showModal();
}

function act(key) {
  if (go(key)) return true;
  if (key === "j") return walk(1);
  if (key === "k") return walk(-1);
  if (key === "x") return tick();
  if (key === "?") return showHelp() && true;
  if (key === "g") {
    goUntil = Date.now() + GO_WAITS;
    return true;
  }
  return press(key);
}

// --- what few visits need ----------------------------------------------------------------------------
// data-module="address" of a script that comes when its element is touched.
function bring({ target }) {
  const element = target.closest("[data-module]");
  if (element) import(element.dataset.module);
}

for (const touch of ["focusin", "pointerdown"]) document.addEventListener(touch, bring);

// --- menus -------------------------------------------------------------------------------------------
// An open menu closes with Escape, and with a click elsewhere, as menus do.
// Whether there was one.
function closeMenus(except) {
  let closed = false;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except)) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    closed = true;
    if (held) menu.querySelector("summary").focus();
  }
  return closed;
}

// On a phone the folders cover the page while they are the target of its address.
function closeAll() {
  if (location.hash === "#dossiers") location.hash = "#contenu";
  return closeMenus(null);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && closeAll()) event.preventDefault(); // it means no more than that
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.shiftKey && stepBy(event.key, event.target)) return event.preventDefault();
  if (!help || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});
document.addEventListener("click", (event) => closeMenus(event.target));
