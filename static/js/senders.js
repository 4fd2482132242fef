// [data-senders]: the face of the From menu says which address was taken, and the signature follows it.

async function sign(form, asked) {
  const { exchange } = await import(form.dataset.signs);
  return exchange(form, asked);
}

document.addEventListener("change", ({ target }) => {
  const menu = target.closest("[data-senders]");
  if (!menu) return;
  const name = document.createElement("b");
  name.textContent = target.dataset.name;
  const address = document.createElement("span");
  address.className = "mute";
  address.textContent = target.value;
  const tag = document.createElement("span");
  tag.className = "tag tag--6";
  tag.textContent = target.dataset.as ?? "";
  menu.querySelector("[data-sender-shown]").replaceChildren(name, " ", address, " ", ...(target.dataset.as ? [tag] : []));
  sign(menu.closest("form")); // where the site is away, the signature stays
});

// A choice made, the menu closes; the arrow keys only look around in it.
document.addEventListener("click", ({ target, detail }) => {
  const menu = target.closest?.("[data-senders]");
  if (menu && detail && target.matches("input[type=radio]")) menu.open = false;
  for (const other of document.querySelectorAll("[data-senders][open]")) if (other !== menu) other.open = false;
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[name=signature]");
  if (!button || "away" in button.dataset) return;
  event.preventDefault();
  if (await sign(button.form, { signature: button.value })) return void (button.closest("details").open = false);
  button.dataset.away = ""; // the page says what the matter is
  button.click();
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-senders][open]");
  if (!menu || (event.key !== "Escape" && event.key !== "Enter")) return;
  event.preventDefault();
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
}, true);
