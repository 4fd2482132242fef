// <button type="button" hidden data-print>: prints the page. Without script people use the browser's menu.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
