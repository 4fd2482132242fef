// <form data-countdown="8">: counts the seconds in which a message can still be taken back, then goes.

const ends = new WeakMap();

function tick() {
  const toast = document.querySelector("[data-countdown]");
  if (!toast) return;
  if (!ends.has(toast)) ends.set(toast, performance.now() + Number(toast.dataset.countdown) * 1000);
  toast.querySelector("[data-close-countdown]").hidden = false;
  const left = Math.ceil((ends.get(toast) - performance.now()) / 1000);
  if (left <= 0) toast.remove();
  else {
    const words = left === 1 ? toast.dataset.one : toast.dataset.many;
    toast.querySelector("[role=timer]").textContent = words.replace("{n}", left);
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-countdown]")) event.target.closest("form").remove();
});

tick();
setInterval(tick, 500);
