// Desktop notifications of new mail: asked for by a button, never by themselves.

const KEY = "pli-notify";
const button = document.querySelector("[data-notify]");

if (button && "Notification" in window) {
  button.hidden = false;
  paint();
  button.addEventListener("click", async () => {
    const wanted = localStorage.getItem(KEY) !== "on";
    const allowed = wanted && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(KEY, allowed ? "on" : "off");
    paint(wanted && !allowed);
  });
  document.addEventListener("pli:refreshed", (event) => tell(event.detail.arrived));
}

function paint(refused = false) {
  const on = localStorage.getItem(KEY) === "on" && Notification.permission === "granted";
  button.setAttribute("aria-pressed", on);
  if (refused) button.querySelector("[data-notify-refused]").hidden = false;
}

function tell(arrived) {
  if (!document.hidden || !arrived.length || localStorage.getItem(KEY) !== "on") return;
  if (Notification.permission !== "granted") return;
  const first = arrived[0];
  const body = arrived.length === 1 ? first.querySelector(".row__sub")?.textContent : "";
  const title = arrived.length === 1
    ? first.querySelector(".row__from")?.textContent
    : button.dataset.notifyMany.replace("{n}", arrived.length);
  const { href } = first.querySelector("[data-row]");
  const note = new Notification(title, {body, tag: "pli", icon: button.dataset.notifyIcon});
  note.addEventListener("click", () => { window.focus(); location.href = href; note.close(); });
}
