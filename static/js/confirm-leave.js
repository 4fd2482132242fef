// <form data-confirm-leave>: leaving the page with unsent text asks first.

const changed = new WeakSet();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-confirm-leave]");
  if (form) changed.add(form);
});

document.addEventListener("submit", (event) => changed.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll("form[data-confirm-leave]")];
  if (forms.some((form) => changed.has(form))) event.preventDefault();
});
