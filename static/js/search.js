// Search as you type: the list follows the search box, which proposes people. A plain form without this.

const WAIT = 200; // milliseconds after the last key

const form = document.querySelector("[data-find]");
const box = form.querySelector("[type=search]");
const names = form.querySelector("datalist");
let waiting;
let asked = box.defaultValue; // this script comes with the first touch: some of it may be typed already

function address() {
  const query = new URLSearchParams(new FormData(form));
  return `${form.getAttribute("action")}?${query}`;
}

// Only a page that shows a list can show another one in its place.
function follow() {
  if (box.value.trim() === asked.trim()) return;
  asked = box.value;
  if (!document.getElementById("liste")) return;
  const searching = new URLSearchParams(location.search).has("q");
  const detail = { url: address(), part: "list", push: searching ? "replace" : true };
  document.dispatchEvent(new CustomEvent("pli:visit", { detail }));
}

// The word one is about to write, when it may be somebody's name: "de:na" or "na".
async function propose() {
  const [before, start, name] = box.value.match(/^(.*?)((?:de|from|à|a|to|cc):)?([^\s:"]{2,})$/i)?.slice(1) ?? [];
  if (!name) return names.replaceChildren();
  const answer = await fetch(`${form.dataset.people}?q=${encodeURIComponent(name)}`).catch(() => null);
  if (!answer?.ok) return undefined;
  const people = await answer.json();
  return names.replaceChildren(...people.map((person) => option(before, start ?? "de:", person)));
}

function option(before, start, { name, address: whose }) {
  const made = document.createElement("option");
  made.value = `${before}${start}${whose}`;
  made.label = name || whose;
  return made;
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    follow();
    propose();
  }, WAIT);
}

box.addEventListener("input", soon);
soon();
