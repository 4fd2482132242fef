// <button type="button" hidden data-copy="id of what to copy" data-done="…">: script is what unhides it.

function offer(button) {
  const words = button.querySelector("[data-words]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    words.textContent = button.dataset.done;
  });
}

document.querySelectorAll("[data-copy]").forEach(offer);
