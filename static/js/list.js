// Acting on messages: ticks, buttons, dragging to a folder, and the offer to take it back.
// <form data-acts> holds rows and buttons, and works as a plain form. Here the page changes at once,
// and the server's answer then has the last word; when it fails, the rows come back and it says why.

const LEAVES = new Set(["archive", "junk", "inbox", "delete", "erase", "move"]);

const rowsOf = (form) => [...form.querySelectorAll(".row")];
const ticked = (scope = document) => [...scope.querySelectorAll(".row .cb:checked")];

// --- ticks -----------------------------------------------------------------------------------------
let lastTick = null;

function showPicked() {
  const rows = document.querySelector("[data-rows]");
  if (!rows || !document.querySelector("[data-picked]")) return; // a reader of a shared mailbox ticks nothing
  const boxes = [...rows.querySelectorAll(".row .cb")];
  const count = boxes.filter((box) => box.checked).length;
  const { pickedOne, pickedMany } = rows.dataset;
  const picked = document.querySelector("[data-picked]");
  picked.textContent = count === 1 ? pickedOne : pickedMany.replace("{n}", count.toLocaleString(document.documentElement.lang));
  picked.dataset.count = count;
  for (const all of document.querySelectorAll("[data-all]")) {
    all.hidden = false;
    document.querySelector("[data-none]").hidden = false;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  const every = document.querySelector("[data-every]");
  if (every && count < boxes.length) every.checked = false;
}

function tickAll(wanted) {
  for (const box of document.querySelectorAll(".row .cb")) box.checked = wanted;
  showPicked();
}

// With Shift, from the last tick to this one, as in any list of files.
function tickRange(box) {
  const boxes = [...document.querySelectorAll(".row .cb")];
  const ends = [boxes.indexOf(lastTick), boxes.indexOf(box)].sort((a, b) => a - b);
  if (ends[0] < 0) return;
  for (const one of boxes.slice(ends[0], ends[1] + 1)) one.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".row .cb");
  if (box) {
    if (event.shiftKey) tickRange(box);
    lastTick = box;
    showPicked();
  }
  if (event.target.closest("[data-none]")) tickAll(false);
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) tickAll(event.target.checked);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return; // a menu closed
  if (!document.querySelector("details.menu[open], dialog[open]")) tickAll(false);
});

// --- acting ----------------------------------------------------------------------------------------
function show(rows, action) {
  if (LEAVES.has(action)) standBeside(rows);
  for (const row of rows) {
    if (LEAVES.has(action)) row.classList.add("row--gone");
    if (action === "read") row.classList.remove("row--new");
    if (action === "unread") row.classList.add("row--new");
    if (action.endsWith("star")) row.querySelector(".star").ariaPressed = String(action === "star");
  }
}

// Who stands on a row that goes, or on the button that sent it away, goes on with the next one.
function standBeside(rows) {
  const held = document.activeElement?.closest(".row, .bar--sel");
  if (!held || rows.length === 0) return;
  const all = [...document.querySelectorAll(".row")];
  const stays = (row) => !rows.includes(row);
  const from = all.indexOf(rows[0]);
  const next = all.slice(from).find(stays) ?? all.slice(0, from).reverse().find(stays);
  next?.querySelector("[data-row]").focus({ preventScroll: true });
}

function remember(rows) {
  const before = rows.map((row) => [row, row.className, row.querySelector(".star").ariaPressed]);
  return () => {
    for (const [row, name, pressed] of before) {
      row.className = name;
      row.querySelector(".star").ariaPressed = pressed;
    }
  };
}

function rowsMeant(form, body) {
  const [, alone] = (body.get("seul") ?? "").split(" ");
  const keys = new Set(alone ? [alone] : body.getAll("ligne"));
  return rowsOf(form).filter((row) => keys.has(row.id.slice(2)));
}

// Many ticks travel in one field: servers count fields.
function packed(body) {
  const rows = body.getAll("ligne");
  if (rows.length) body.set("ligne", rows.join(","));
  return body;
}

async function act(form, body) {
  const action = (body.get("seul") ?? body.get("action") ?? "").split(" ")[0];
  const rows = rowsMeant(form, body);
  const putBack = remember(rows);
  show(rows, action);
  const inList = form.matches(".picks");
  if (inList) nameOpened(body);
  try {
    const headers = { "X-Pli-Part": inList ? "list" : "all" };
    // Not form.action: that is the button of this name.
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: packed(body), headers });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.getElementById("annonces")) throw new Error(reason(page));
    settle(page, response.url);
  } catch (error) {
    putBack();
    complain(error instanceof TypeError ? "" : error.message);
  }
}

// The message that is open beside the list stays open, unless it leaves too.
function nameOpened(body) {
  const opened = document.querySelector("#lecture form[data-acts] [name=ouvert]");
  if (opened) body.set("ouvert", opened.value);
  else body.delete("ouvert");
}

function settle(page, url) {
  for (const row of document.querySelectorAll(".row--gone")) row.remove();
  document.dispatchEvent(new CustomEvent("pli:put", { detail: { page, url } }));
}

function reason(page) {
  const said = page.querySelector("main :is(h1, h2)")?.textContent.trim() ?? "";
  const more = page.querySelector("main p")?.textContent.trim() ?? "";
  return [said, more].filter(Boolean).join(" : ");
}

function complain(words) {
  for (const earlier of document.querySelectorAll("#annonces .toast--err")) earlier.remove();
  const toast = document.createElement("p");
  toast.className = "toast toast--err";
  toast.role = "alert";
  toast.textContent = words || document.querySelector("[data-offline]").dataset.offline;
  document.getElementById("annonces").append(toast);
  setTimeout(() => toast.remove(), 10000);
}

document.addEventListener("pli:unheard", () => complain(""));
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-acts], form[data-toast]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  for (const menu of form.querySelectorAll("details.menu[open]")) menu.open = false;
  act(form, new FormData(form, event.submitter));
});

// --- dragging to a folder --------------------------------------------------------------------------
let carried = null;

// Rows stay while one is held or carried (live.js, panes.js): a browser drops what is replaced in between.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.(".row")) document.body.dataset.dragging = "";
});
for (const kind of ["pointerup", "pointercancel"]) {
  document.addEventListener(kind, () => {
    if (!carried) delete document.body.dataset.dragging;
  });
}

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.(".row");
  const box = row?.querySelector(".cb");
  if (!box) return; // nor moves it
  carried = { form: row.closest("form"), boxes: box.checked ? ticked() : [box] };
  document.body.dataset.dragging = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.querySelector(".row__sub").textContent);
});

function target(event) {
  const folder = carried && event.target.closest?.("a.fold[data-folder]");
  return folder && !folder.ariaCurrent ? folder : null;
}

document.addEventListener("dragover", (event) => {
  const folder = target(event);
  for (const other of document.querySelectorAll(".fold--drop")) other.classList.remove("fold--drop");
  if (!folder) return;
  event.preventDefault();
  folder.classList.add("fold--drop");
});

document.addEventListener("drop", (event) => {
  const folder = target(event);
  if (!folder) return;
  event.preventDefault();
  const body = new FormData(carried.form);
  body.delete("ligne");
  body.delete("tout");
  for (const box of carried.boxes) body.append("ligne", box.value);
  body.set("action", `move ${folder.dataset.folder}`);
  act(carried.form, body);
});

document.addEventListener("dragend", () => {
  carried = null;
  delete document.body.dataset.dragging;
  for (const folder of document.querySelectorAll(".fold--drop")) folder.classList.remove("fold--drop");
});

// --- the offer to take back goes after its time, unless one is about to take it --------------------
let going;

function showToast() {
  clearTimeout(going);
  const toast = document.querySelector("[data-toast]");
  if (!toast) return;
  toast.querySelector("[data-dismiss]").hidden = false;
  going = setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) showToast();
    else toast.remove();
  }, Number(toast.dataset.toast) * 1000);
}

// What was done is told at the foot as well: at the head it would push everything down.
function showDone() {
  for (const note of document.querySelectorAll("#annonces .note--ok")) {
    note.className = "toast";
    setTimeout(() => note.remove(), 10000);
  }
}

function ready() {
  showPicked();
  showDone();
  showToast();
}

document.addEventListener("pli:shown", ready);
ready();
