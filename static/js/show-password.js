// <button type="button" hidden aria-pressed="false" data-show-password="id of the field">
// The button has no use without script, so script is what unhides it.

function show(button, shown) {
  const field = document.getElementById(button.dataset.showPassword);
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

for (const button of document.querySelectorAll("[data-show-password]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-password]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

// A visible password must not be kept by the browser as the history of a text field.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-show-password]")) show(button, false);
});
