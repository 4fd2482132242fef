// Keyboard shortcuts of the mail pages. A link or button says its own key: data-key="r".
// j and k walk through the rows ([data-row] in [data-rows]); Enter opens, as on any link.
// WCAG 2.1.4 asks that single-key shortcuts can be turned off: [data-shortcuts-switch] does.

const SETTING = "pli.shortcuts";

function enabled() {
  return localStorage.getItem(SETTING) !== "off";
}

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  if (rows.length === 0) return false;
  const focused = rows.indexOf(document.activeElement);
  const from = focused === -1 ? rows.findIndex((row) => row.ariaCurrent === "true") : focused;
  const next = rows[Math.min(Math.max(from + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  if (control.matches("input")) control.focus();
  else control.click();
  return true;
}

function act(key) {
  if (key === "j") return walk(1);
  if (key === "k") return walk(-1);
  return press(key);
}

function showSwitch(label) {
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = enabled();
  box.addEventListener("change", () => {
    localStorage.setItem(SETTING, box.checked ? "on" : "off");
    showHelp();
  });
}

function showHelp() {
  for (const help of document.querySelectorAll("[data-shortcuts-help]")) help.hidden = !enabled();
}

// An open menu closes with Escape, and with a click elsewhere, as menus do.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except)) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
}

// On a phone the folders cover the page while they are the target of its address.
function closeAll() {
  closeMenus(null);
  if (location.hash === "#dossiers") location.hash = "#contenu";
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeAll();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || !enabled()) return;
  if (act(event.key)) event.preventDefault();
});
document.addEventListener("click", (event) => closeMenus(event.target));

for (const label of document.querySelectorAll("[data-shortcuts-switch]")) showSwitch(label);
showHelp();
