// The frame a message is written in (templates/webmail/editor.html). The page around it reads and
// writes through window.editor; what happens here it hears as events of the frame's element.

import { safeFragment } from "./safe-html.js";

const written = document.getElementById("texte");
const toolbar = document.querySelector("[role=toolbar]");
const buttons = [...toolbar.querySelectorAll("button")];
const frame = window.frameElement;
const pictures = new Map(); // Content-ID → address of ours, for those that stand in the text

// Squire takes away a line end that only pictures follow, as before a signature's logo. One at the end of
// the block, which it takes away instead, makes it keep the other.
const WHOLE_LINES = "address, blockquote, center, div, li, p, td, th";

function keepLineEnds(fragment) {
  for (const end of fragment.querySelectorAll("br")) {
    const block = end.parentNode;
    if (block !== fragment && !block.matches(WHOLE_LINES)) continue;
    const after = [...block.childNodes].slice([...block.childNodes].indexOf(end) + 1);
    const holds = (name) => after.some((node) => node.nodeName === name || node.querySelector?.(name));
    if (holds("IMG") && !holds("BR") && !after.some((node) => node.textContent.trim())) block.append(document.createElement("br"));
  }
}

function clean(html) {
  const fragment = safeFragment(html);
  for (const image of fragment.querySelectorAll("img[src^='cid:' i]")) {
    const ours = pictures.get(decodeURIComponent(image.getAttribute("src").slice(4)));
    if (ours) image.setAttribute("src", ours);
  }
  keepLineEnds(fragment);
  return fragment;
}

const editor = new Squire(written, { sanitizeToDOMFragment: clean });
// Tab leaves the text, as it does every field; Ctrl+] and Ctrl+[ move lists and quotes in and out.
for (const key of ["Tab", "Shift-Tab"]) editor.setKeyHandler(key, null);

function tell(name, detail) {
  return frame?.dispatchEvent(new CustomEvent(`pli:${name}`, { bubbles: true, cancelable: true, detail }));
}

// ---------- what the page around does with it ----------

function withoutOurs(html) {
  let text = html;
  for (const [identifier, url] of pictures) text = text.replaceAll(`src="${url}"`, `src="cid:${encodeURI(identifier)}"`);
  return text;
}

window.editor = {
  read: () => withoutOurs(editor.getHTML()),
  isEmpty: () => !written.textContent.trim() && !written.querySelector("img, table, hr"),
  // `shown` are [Content-ID, address] pairs; the language is that of the spelling.
  write(html, { shown = [], language, label } = {}) {
    for (const [identifier, url] of shown) pictures.set(identifier, url);
    if (language) written.lang = language;
    if (label) written.setAttribute("aria-label", label);
    editor.setHTML(html);
    editor.moveCursorToStart();
  },
  insert: (html) => editor.insertHTML(html),
  picture(identifier, url, name) {
    pictures.set(identifier, url);
    editor.insertImage(url, { alt: name });
  },
  sign,
  focus: () => editor.focus(),
  toEnd: () => editor.moveCursorToEnd(),
  text: () => plain(written),
};

// A signature takes the place of one whose words are `known`; one that somebody wrote in stays.
function sign({ html, known, below, must }) {
  const signatures = [...written.querySelectorAll(".pli-signature")].filter((it) => !it.closest("blockquote"));
  const old = signatures.find((it) => known.includes(it.textContent.replace(/[\s\u200B]/g, "")));
  if (!old && (!html || (signatures.length && !must))) return;
  editor.saveUndoState();
  const made = clean(html);
  const quote = below ? null : written.querySelector(".pli-quote");
  if (old) old.replaceWith(made);
  else if (quote) quote.before(made);
  else written.append(made);
  written.dispatchEvent(new InputEvent("input", { bubbles: true }));
  tell("written");
}

// Below the text one means to go on before the signature, not in it.
written.addEventListener("click", ({ target }) => {
  const signature = written.lastElementChild;
  if (target !== written || !signature?.matches(".pli-signature")) return;
  if (!signature.previousElementSibling) signature.before(editor.createDefaultBlock());
  const range = document.createRange();
  range.setStart(written, 0);
  range.setEndBefore(signature);
  const isEmpty = !range.toString().trim();
  range.selectNodeContents(isEmpty ? written.firstElementChild : signature.previousElementSibling);
  range.collapse(isEmpty);
  editor.setSelection(range);
});

// The text as people read it: blocks on lines of their own, quotes and items marked.
const BLOCKS = /^(?:ADDRESS|BLOCKQUOTE|DIV|H[1-6]|HR|LI|OL|P|PRE|TABLE|TR|UL)$/;

function plain(root) {
  const lines = [];
  let line = ""; // being written, without its marks
  let marks = "";
  let bullet = "";
  const end = (even) => {
    if (line.trim() || even) {
      lines.push(`${marks}${bullet}${line.trim()}`.trimEnd());
      bullet = "";
    }
    line = "";
  };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) line += node.data.replace(/\u200B/g, "").replace(/[ \t\n]+/g, " ");
    if (node.nodeName === "BR") end(true);
    const isBlock = BLOCKS.test(node.nodeName);
    const before = marks;
    if (isBlock) end();
    if (node.nodeName === "BLOCKQUOTE") marks += "> ";
    if (node.nodeName === "LI") bullet = node.parentNode.nodeName === "OL" ? `${[...node.parentNode.children].indexOf(node) + 1}. ` : "- ";
    for (const child of node.childNodes) walk(child);
    if (isBlock) end();
    marks = before;
    if (/^T[DH]$/.test(node.nodeName)) line += " ";
  };
  walk(root);
  end();
  return lines.join("\n").trimEnd();
}

// ---------- what is told ----------

editor.addEventListener("input", () => tell("written"));
new ResizeObserver(() => tell("height", { height: toolbar.offsetHeight + written.scrollHeight })).observe(written);
editor.addEventListener("input", () => tell("height", { height: toolbar.offsetHeight + written.scrollHeight }));

// Ctrl+Enter and Escape mean the same as everywhere else in the page.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const forPage = key === "Escape" || (key === "Enter" && (ctrlKey || metaKey));
  if (key === "Escape" && closePanels()) return event.preventDefault();
  if (!forPage) return undefined;
  event.preventDefault();
  event.stopPropagation();
  return frame?.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true }));
}, true);

// ---------- the toolbar: one stop of the Tab key, arrows inside (ARIA APG, toolbar) ----------

function stopAt(button) {
  for (const one of buttons) one.tabIndex = one === button ? 0 : -1;
}
stopAt(buttons[0]);

toolbar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length }[event.key];
  if (!step) return;
  event.preventDefault();
  const turned = document.dir === "rtl" && Math.abs(step) === 1 ? -step : step;
  const at = buttons.indexOf(document.activeElement) + turned;
  const next = buttons[Math.min(Math.max(at, 0), buttons.length - 1)];
  stopAt(next);
  next.focus();
});
toolbar.addEventListener("focusin", (event) => stopAt(event.target));

editor.setKeyHandler("Alt-F10", (_squire, event) => {
  event.preventDefault();
  buttons.find((button) => button.tabIndex === 0).focus();
});

// A click must not take the selection away from the text.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("button")) event.preventDefault();
});

function showState() {
  for (const button of buttons) {
    if (button.dataset.format) button.setAttribute("aria-pressed", String(holds(button.dataset.format)));
  }
}

function holds(format) {
  return /^(?:UL|OL|BLOCKQUOTE)$/.test(format) ? new RegExp(`(?:^|>)${format}(?:[.#[>]|$)`).test(pathHere()) : editor.hasFormat(format);
}

function pathHere() {
  const path = [];
  for (let node = editor.getSelection().commonAncestorContainer; node && node !== written; node = node.parentNode) path.push(node.nodeName);
  return path.reverse().join(">");
}

for (const name of ["pathChange", "select", "cursor"]) editor.addEventListener(name, showState);

function panels() {
  return buttons.filter((button) => button.dataset.panel);
}

function closePanels(but) {
  let wasOpen = false;
  for (const button of panels()) {
    const panel = document.getElementById(button.dataset.panel);
    if (button === but) continue;
    wasOpen ||= !panel.hidden;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }
  if (wasOpen && !but) editor.focus();
  return wasOpen;
}

function toggle(button) {
  closePanels(button);
  const panel = document.getElementById(button.dataset.panel);
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden && button.dataset.panel === "lien") showLink(panel);
  else if (!panel.hidden) panel.querySelector("button").focus();
}

function linkHere() {
  const node = editor.getSelection().commonAncestorContainer;
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentNode).closest("a[href]");
}

let chosen; // the selection, which the address field takes away

function showLink(panel) {
  chosen = editor.getSelection();
  const field = panel.querySelector("input");
  field.value = linkHere()?.getAttribute("href") ?? "";
  field.focus();
  field.select();
}

function setLink() {
  const typed = document.getElementById("adresse").value.trim();
  if (!typed) return;
  const href = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : /^[^/\s]+@[^/\s]+$/.test(typed) ? `mailto:${typed}` : `https://${typed}`;
  editor.setSelection(chosen);
  if (/^(?:https?|mailto|tel):/i.test(href)) editor.makeLink(href);
  closePanels();
}

document.getElementById("adresse").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey) return;
  event.preventDefault();
  setLink();
});
editor.setKeyHandler(/Mac/.test(navigator.platform) ? "Meta-k" : "Ctrl-k", (_squire, event) => {
  event.preventDefault();
  toggle(panels().find((button) => button.dataset.panel === "lien"));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.panel) return toggle(button);
  if ("plain" in button.dataset) return tell("plain");
  if ("picture" in button.dataset) return document.querySelector("[data-picture-file]").click();
  if ("link" in button.dataset) return setLink();
  if ("unlink" in button.dataset) {
    editor.setSelection(chosen);
    editor.removeLink();
    return closePanels();
  }
  if ("colour" in button.dataset || "noColour" in button.dataset) {
    editor.setTextColor("colour" in button.dataset ? getComputedStyle(button).backgroundColor : null);
    return closePanels();
  }
  const undone = button.getAttribute("aria-pressed") === "true" && button.dataset.undo;
  editor[undone || button.dataset.do]();
  showState();
  return editor.focus();
});

// ---------- files: the page sends them; alone, pictures stand in the text itself ----------

const isPicture = (file) => /^image\/(?:png|jpeg|gif|webp)$/.test(file.type);

function take(files) {
  const inline = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  if (others.length) tell("files", { files: others, inline: false });
  if (inline.length && tell("files", { files: inline, inline: true })) inline.forEach(hold);
}

function hold(file) {
  const reader = new FileReader();
  reader.addEventListener("load", () => editor.insertImage(reader.result, { alt: file.name }));
  reader.readAsDataURL(file);
}

document.querySelector("[data-picture-file]").addEventListener("change", (event) => {
  take([...event.target.files]);
  event.target.value = "";
});
editor.addEventListener("pasteImage", (event) => take([...event.detail.clipboardData.files]));
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  take([...event.dataTransfer.files]);
}, true);

document.dispatchEvent(new CustomEvent("pli:editor", { detail: editor }));
document.documentElement.dataset.ready = "";
tell("ready");
