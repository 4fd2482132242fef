// Warns, under a password field, that Caps Lock is on.
// <p role="status" data-capslock hidden> is the warning; it serves every password field of its form.

function warn(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.autocomplete.indexOf("password") === -1) return;
  const warning = field.form?.querySelector("[data-capslock]");
  // An autofilled value fires a keyboard event without getModifierState.
  if (warning && event.getModifierState) warning.hidden = !event.getModifierState("CapsLock");
}

document.addEventListener("keydown", warn);
document.addEventListener("keyup", warn);
