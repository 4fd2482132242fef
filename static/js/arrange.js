// <form data-arrange>: rows that can be dragged to another place; the form's hidden fields go with them,
// and it is saved where they are dropped. Without this script each row has buttons.

const form = document.querySelector("[data-arrange]");
let carried = null;

for (const row of form.querySelectorAll("[data-arranged]")) row.draggable = true;

form.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.("[data-arranged]");
  if (!carried) return;
  carried.classList.add("shelf__l--held");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

form.addEventListener("dragover", (event) => {
  const row = carried && event.target.closest("[data-arranged]");
  if (!row) return;
  event.preventDefault();
  if (row === carried) return;
  const { top, height } = row.getBoundingClientRect();
  if (event.clientY < top + height / 2) row.before(carried);
  else row.after(carried);
});

form.addEventListener("drop", (event) => {
  if (!carried) return;
  event.preventDefault();
  form.requestSubmit();
});

form.addEventListener("dragend", () => {
  carried?.classList.remove("shelf__l--held");
  carried = null;
});
