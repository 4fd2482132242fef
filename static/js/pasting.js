// What comes from Word, Excel or a web page is pasted as this message's own text: its structure,
// emphasis and tables stay, its fonts, sizes, classes and hidden remarks go.

const KEPT_STYLES = [
  "background-color", "border", "border-collapse", "color", "font-style", "font-weight", "text-align",
  "text-decoration", "vertical-align", "width",
];
const TABLE_ONLY = /^(?:border|border-collapse|text-align|vertical-align|width)$/;
const NEAR_BLACK = /^(?:black|windowtext|rgb\((?:[0-3]?\d, ){2}[0-3]?\d\))$/;
const WHITE = /^(?:white|transparent|initial|rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\))$/;
const SHEET_BORDER = "1px solid rgb(191, 191, 191)";

document.addEventListener("pli:editor", ({ detail: editor }) => {
  editor.addEventListener("willPaste", ({ detail }) => {
    if (typeof detail.fragment !== "object") return;
    tidy(detail.fragment, /urn:schemas-microsoft-com:office:excel|LibreOffice.*Calc/i.test(detail.html));
  });
});

function tidy(fragment, isSheet) {
  joinWordLists(fragment);
  for (const element of fragment.querySelectorAll("*")) {
    keepStyles(element, isSheet);
    for (const name of ["class", "face", "size", "lang", "title"]) if (!(name === "title" && element.nodeName === "ABBR")) element.removeAttribute(name);
    if (/^h[1-6]$/i.test(element.nodeName)) replace(element, "div", "b");
    if (element.nodeName === "IMG" && !/^(?:https?:|data:image\/)/i.test(element.getAttribute("src") ?? "")) element.remove();
  }
  for (const element of fragment.querySelectorAll("span:not([style]), font:not([color]), a:not([href])")) element.replaceWith(...element.childNodes);
  if (isSheet) for (const table of fragment.querySelectorAll("table")) table.style.borderCollapse = "collapse";
  // Otherwise the next line would be written in the table's last cell.
  if (fragment.lastElementChild?.nodeName === "TABLE") {
    const line = document.createElement("div");
    line.append(document.createElement("br"));
    fragment.append(line);
  }
}

function keepStyles(element, isSheet) {
  const kept = {};
  const inTable = /^(?:TABLE|T[DHR]|COL)$/.test(element.nodeName);
  for (const name of KEPT_STYLES) {
    const value = element.style.getPropertyValue(name);
    const isPlain = (name === "color" && NEAR_BLACK.test(value)) || (name === "background-color" && WHITE.test(value)) || /^(?:normal|400|none)$/.test(value);
    if (value && !isPlain && (inTable || !TABLE_ONLY.test(name))) kept[name] = value;
  }
  if (isSheet && /^T[DH]$/.test(element.nodeName)) Object.assign(kept, { border: kept.border ?? SHEET_BORDER, padding: "2px 6px" });
  element.removeAttribute("style");
  for (const [name, value] of Object.entries(kept)) element.style.setProperty(name, value);
}

function replace(element, block, inner) {
  const made = document.createElement(block);
  const inside = document.createElement(inner);
  inside.append(...element.childNodes);
  made.append(inside);
  element.replaceWith(made);
}

// Word writes lists as paragraphs that begin with a drawn bullet: "mso-list:l0 level2 lfo1".
function joinWordLists(fragment) {
  let lists = [];
  let last = null;
  for (const line of fragment.querySelectorAll("[style*='mso-list']")) {
    const level = Number(/mso-list:[^;]*level(\d)/i.exec(line.getAttribute("style"))?.[1] ?? 0);
    if (!level) continue;
    if (last && !follows(last, line)) lists = [];
    lists.length = Math.min(lists.length, level);
    const isOrdered = /^\s*(?:\d+|[a-z]{1,4})[.)]/i.test(bulletOf(line));
    while (lists.length < level) lists.push(openList(lists.at(-1), line, isOrdered));
    const item = document.createElement("li");
    item.append(...line.childNodes);
    lists.at(-1).append(item);
    last = lists[0];
    line.remove();
  }
}

function follows(list, line) {
  let before = line.previousSibling;
  while (before && before.nodeType === Node.TEXT_NODE && !before.data.trim()) before = before.previousSibling;
  return before === list;
}

function bulletOf(line) {
  const drawn = line.querySelector("[style*='mso-list:Ignore'], [style*='mso-list: Ignore']");
  const text = drawn?.textContent ?? "";
  drawn?.remove();
  return text;
}

function openList(outer, line, isOrdered) {
  const list = document.createElement(isOrdered ? "ol" : "ul");
  if (outer) (outer.lastElementChild ?? outer).append(list);
  else line.before(list);
  return list;
}
