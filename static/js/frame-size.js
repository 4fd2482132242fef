// Gives <iframe data-message-frame> the height of the message it shows, so that only the page
// scrolls. Needs sandbox="allow-same-origin"; without script the frame keeps a height and scrolls.

const NARROW = 700; // pixels, as in the frame's own style
const LARGEST = 200000; // pixels: taller, Chromium stops painting

const SMALLEST = 0.5; // of a mail's own size: smaller, nothing can be read without enlarging

// On a narrow screen a mail that is wider still is drawn smaller; two fingers enlarge it with the page.
function shrink(page) {
  const box = page.querySelector(".pli-mail");
  if (!box) return;
  box.style.zoom = "";
  if (box.clientWidth > NARROW || box.scrollWidth <= box.clientWidth) return;
  box.style.zoom = Math.max(box.clientWidth / box.scrollWidth, SMALLEST);
}

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  // Shrunk first: scrollHeight is never less than the frame's own height.
  const scroller = frame.closest(".read__body");
  const place = scroller?.scrollTop;
  frame.style.height = "0";
  shrink(page);
  const wide = page.scrollWidth > page.clientWidth ? 20 : 0; // room for a horizontal scroll bar
  frame.style.height = `${Math.min(page.scrollHeight + wide + 2, LARGEST)}px`;
  if (scroller) scroller.scrollTop = place;
}

function follow(frame) {
  const body = frame.contentDocument?.body;
  if (!body) return;
  fit(frame);
  let width = frame.clientWidth;
  let height = body.scrollHeight;
  // Images arrive, fonts load, the window turns: measured again only when something did change.
  new ResizeObserver(() => {
    if (frame.clientWidth === width && body.scrollHeight === height) return;
    fit(frame);
    width = frame.clientWidth;
    height = body.scrollHeight;
  }).observe(body);
}

const followed = new WeakSet();

function followAll() {
  for (const frame of document.querySelectorAll("iframe[data-message-frame]")) {
    if (followed.has(frame)) continue;
    followed.add(frame);
    frame.addEventListener("load", () => follow(frame));
    if (frame.contentDocument?.readyState === "complete") follow(frame);
  }
}

document.addEventListener("pli:shown", followAll);
followAll();
