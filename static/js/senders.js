// [data-senders]: the face of the From menu says which address was taken.

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
});

// A choice made, the menu closes; the arrow keys only look around in it.
document.addEventListener("click", ({ target, detail }) => {
  const menu = target.closest?.("[data-senders]");
  if (menu && detail && target.matches("input[type=radio]")) menu.open = false;
  for (const other of document.querySelectorAll("[data-senders][open]")) if (other !== menu) other.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-senders][open]");
  if (!menu || (event.key !== "Escape" && event.key !== "Enter")) return;
  event.preventDefault();
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
}, true);
