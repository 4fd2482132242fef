// <a data-module="…" data-print-message href="…">: prints the document behind the link without leaving the
// page. Without script the link opens the document, and people use the browser's own command.

let frame = null;

function print(url) {
  frame?.remove();
  frame = document.createElement("iframe");
  frame.hidden = true;
  frame.addEventListener("load", () => frame.contentWindow.print(), { once: true });
  frame.src = url;
  document.body.append(frame);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-print-message]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("details[open]")?.removeAttribute("open");
  print(link.href);
});
