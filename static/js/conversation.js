// The messages of an opened conversation. <a data-unfold> is a folded one: its link opens its own page, and
// here it unfolds in place. [data-fold-all] folds what is unfolded. <article data-mark-read="address"
// data-after="3"> counts as read once it was in sight, unfolded, for so many seconds.

const watched = new WeakMap();

async function unfold(link) {
  const response = await fetch(link.href, { headers: { "X-Pli-Part": "message" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const message = page.querySelector("article.msg");
  const line = link.closest(".thread__l");
  if (!response.ok || !message || !line) {
    location.assign(link.href);
    return;
  }
  for (const back of message.querySelectorAll("[name=retour]")) back.value = location.pathname + location.search;
  line.replaceWith(document.adoptNode(message));
  message.querySelector("summary").focus();
  document.dispatchEvent(new Event("pli:shown"));
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-unfold]");
  if (link) {
    event.preventDefault();
    unfold(link);
  }
  if (event.target.closest("[data-fold-all]")) {
    for (const message of document.querySelectorAll(".thread .msg__f")) message.open = false;
    document.querySelector(".thread .msg__f > summary")?.focus();
  }
});

// --- read after a while ------------------------------------------------------------------------------
const inSight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(watched.get(target));
    if (isIntersecting) watched.set(target, setTimeout(markRead, target.dataset.after * 1000, target));
  }
});

async function markRead(message) {
  const isSeen = message.isConnected && !document.hidden && message.querySelector(".msg__f")?.open !== false;
  if (!isSeen) return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(message.dataset.markRead, { method: "POST", body });
  if (!answer.ok) return;
  inSight.unobserve(message);
  message.classList.remove("msg--new");
  message.removeAttribute("data-mark-read");
  document.dispatchEvent(new CustomEvent("pli:visit", { detail: { url: location.href, part: "live" } }));
}

function ready() {
  for (const button of document.querySelectorAll("[data-fold-all]")) button.hidden = false;
  for (const message of document.querySelectorAll("[data-mark-read]")) inSight.observe(message);
}

document.addEventListener("pli:shown", ready);
ready();
