// The composer's keys, and its way from the page to a corner of the list or to a window of its own. Which of
// them one took last is remembered by this browser: static/js/docks.js opens the next message there.

const PLACE = "pli-place"; // in this browser: "corner", "window", or nothing for a page
const CORNERS = "pli-corners"; // of this tab: the addresses of what is being written there
const WINDOW = "popup,width=780,height=820";

const form = document.querySelector("form[data-compose]");
const bare = document.querySelector("[data-place]")?.dataset.place ?? "page";

// ---------- keys
document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-send]"));
  }
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("details.menu[open]")) {
    event.preventDefault();
    keep();
  }
}, true);

// Escape puts the text away; it is kept.
function keep() {
  if (bare === "corner") window.frameElement.dispatchEvent(new CustomEvent("pli:put-away", { bubbles: true }));
  else if (bare === "window") saved().then(() => window.close());
  else saved().then(() => location.assign(form.querySelector("[data-close]").href));
}

// What was never touched needs no draft.
function saved() {
  const isUntouched = form.elements.namedItem("version").value === "0" && !form.dataset.touched;
  if (isUntouched) return Promise.resolve();
  return new Promise((resolve) => {
    form.addEventListener("pli:saved", resolve, { once: true });
    form.dispatchEvent(new CustomEvent("pli:save", { bubbles: true }));
  });
}
form.addEventListener("input", () => (form.dataset.touched = "1"));

// ---------- places
for (const button of form.querySelectorAll("[data-to-place]")) {
  button.hidden = button.dataset.toPlace === bare || (bare === "corner" && button.dataset.toPlace === "corner");
  button.addEventListener("click", () => go(button.dataset.toPlace));
}

function go(place) {
  localStorage.setItem(PLACE, place === "page" ? "" : place);
  const opened = place === "window" ? window.open("about:blank", "_blank", WINDOW) : null;
  form.dispatchEvent(new CustomEvent("pli:save", { bubbles: true }));
  form.addEventListener("pli:saved", ({ detail }) => follow(place, detail.url, opened), { once: true });
}

function follow(place, url, opened) {
  if (opened) opened.location = `${url}?seul`;
  if (place === "corner") {
    const others = JSON.parse(sessionStorage.getItem(CORNERS) ?? "[]");
    sessionStorage.setItem(CORNERS, JSON.stringify([...others, { url, title: form.elements.namedItem("subject").value }]));
  }
  if (bare === "corner") window.frameElement.dispatchEvent(new CustomEvent("pli:moved", { bubbles: true, detail: { url: place === "page" ? url : "" } }));
  else if (bare === "window") place === "page" ? location.assign(url) : window.close();
  else location.assign(form.querySelector("[data-close]").href);
}
