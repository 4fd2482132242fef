// Names of colleagues in a note: "@" and some letters in <textarea data-mentions> offer those of
// <select data-members>, which does the same without this script. The attribute says what the list is called.

const MOST = 6;
const TYPED = /(?:^|\s)@([\p{L}\p{M}’'\- ]{0,40})$/u;

let box = null; // the list that is shown
let area = null; // for this field
let active = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function names() {
  const options = document.querySelector("[data-members]")?.options ?? [];
  return [...options].filter((option) => option.value).map((option) => option.text);
}

function typed() {
  return TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
}

// Each word that was typed begins a word of the name.
function fits(name, words) {
  const own = plain(name).split(/[\s-]+/);
  return words.every((word) => own.some((part) => part.startsWith(word)));
}

function offer() {
  const text = typed();
  const words = plain(text ?? "").split(/\s+/).filter(Boolean);
  const found = text === undefined ? [] : names().filter((name) => fits(name, words)).slice(0, MOST);
  const isWhole = found.length === 1 && plain(found[0]) === plain(text).trim();
  if (found.length === 0 || isWhole) return close();
  box ??= make();
  area.after(box);
  box.replaceChildren(...found.map(option));
  activate(0);
}

function make() {
  const list = document.createElement("ul");
  list.className = "names";
  list.id = "noms";
  list.role = "listbox";
  list.ariaLabel = area.dataset.mentions;
  return list;
}

function option(name, number) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `nom-${number}`;
  item.textContent = name;
  item.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
    choose(name);
  });
  return item;
}

function activate(number) {
  const items = [...box.children];
  active = (number + items.length) % items.length;
  for (const [at, item] of items.entries()) item.ariaSelected = String(at === active);
  area.setAttribute("aria-controls", "noms");
  area.setAttribute("aria-activedescendant", items[active].id);
}

function choose(name) {
  const end = area.selectionStart;
  area.setRangeText(`@${name} `, end - typed().length - 1, end, "end");
  close();
}

function close() {
  box?.remove();
  box = null;
  area?.removeAttribute("aria-activedescendant");
  area?.removeAttribute("aria-controls");
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-mentions]")) return;
  area = target;
  offer();
});
document.addEventListener("focusout", ({ target }) => { if (target === area) close(); });
document.addEventListener("keydown", (event) => {
  if (!box || event.target !== area) return;
  if (event.key === "ArrowDown") activate(active + 1);
  else if (event.key === "ArrowUp") activate(active - 1);
  else if (event.key === "Enter" || event.key === "Tab") choose(box.children[active].textContent);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
