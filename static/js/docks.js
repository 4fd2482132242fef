// Messages being written in corners of the list page, several at once. Each is a frame with the composer in
// it; the page around it stays. They are still there after another list page was opened.

const PLACE = "pli-place";
const CORNERS = "pli-corners";
const ROOM = matchMedia("(min-width: 60rem)");
const WINDOW = "popup,width=780,height=820";

const place = document.querySelector("[data-docks]");
const words = place.dataset;
const docks = [];

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = words.docksStyle;
document.head.append(style);

function open(url, { title = "", isAway = false } = {}) {
  const dock = document.createElement("section");
  dock.className = "dock";
  dock.setAttribute("role", "region");
  dock.dataset.away = String(isAway);
  const head = dock.appendChild(document.createElement("div"));
  head.className = "dock__h";
  const name = button("", () => toggle(dock), "dock__t");
  name.setAttribute("aria-expanded", String(!isAway));
  head.append(name, button("minus", () => toggle(dock), "ib ib--sm", words.reduce), button("x", () => close(dock), "ib ib--sm", words.close));
  const frame = dock.appendChild(document.createElement("iframe"));
  frame.addEventListener("load", () => begin(dock, frame));
  frame.addEventListener("pli:put-away", () => toggle(dock, true));
  frame.addEventListener("pli:composed", () => done(dock));
  frame.addEventListener("pli:moved", ({ detail }) => {
    close(dock);
    if (detail.url) location.assign(detail.url);
  });
  frame.src = url;
  docks.push(dock);
  place.append(dock);
  entitle(dock, title);
  return dock;
}

function button(icon, act, className, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  if (label) made.ariaLabel = made.title = label;
  if (icon) {
    const svg = place.querySelector("template").content.querySelector(`[data-icon="${icon}"]`).cloneNode(true);
    svg.removeAttribute("data-icon");
    made.append(svg);
  }
  made.addEventListener("click", act);
  return made;
}

function entitle(dock, subject) {
  const title = subject || words.untitled;
  dock.ariaLabel = title;
  dock.querySelector(".dock__t").textContent = title;
  dock.querySelector("iframe").title = title;
}

function begin(dock, frame) {
  const subject = frame.contentDocument.querySelector("[name=subject]");
  if (!subject) return;
  entitle(dock, subject.value);
  subject.addEventListener("input", () => entitle(dock, subject.value));
}

function toggle(dock, isAway = dock.dataset.away !== "true") {
  dock.dataset.away = String(isAway);
  const name = dock.querySelector(".dock__t");
  name.setAttribute("aria-expanded", String(!isAway));
  if (isAway) name.focus();
  else dock.querySelector("iframe").focus();
}

// The frame saves what it holds while it goes (compose.js, pagehide).
function close(dock) {
  docks.splice(docks.indexOf(dock), 1);
  dock.remove();
  document.getElementById("liste")?.focus();
}

// Says what became of the message, as any page does after a form.
function done(dock) {
  close(dock);
  document.dispatchEvent(new CustomEvent("pli:visit", { detail: { url: location.href, part: "list", push: false } }));
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.('a[href*="/ecrire/"]');
  const wanted = localStorage.getItem(PLACE);
  if (!link || !wanted || (wanted === "corner" && !ROOM.matches)) return;
  event.preventDefault();
  if (wanted === "corner") open(link.href);
  else window.open(`${link.href}${link.href.includes("?") ? "&" : "?"}seul`, "_blank", WINDOW);
});

addEventListener("pagehide", () => {
  const kept = docks.map((dock) => {
    const form = dock.querySelector("iframe").contentDocument?.querySelector("form[data-compose]");
    const isKept = form && (form.elements.namedItem("version").value !== "0" || form.dataset.touched);
    return isKept && { url: form.dataset.compose, title: form.elements.namedItem("subject").value, isAway: dock.dataset.away === "true" };
  });
  sessionStorage.setItem(CORNERS, JSON.stringify(kept.filter(Boolean)));
});

new BroadcastChannel("pli-composed").addEventListener("message", () => {
  document.dispatchEvent(new CustomEvent("pli:visit", { detail: { url: location.href, part: "list", push: false } }));
});

if (ROOM.matches) for (const kept of JSON.parse(sessionStorage.getItem(CORNERS) ?? "[]")) open(kept.url, kept);
