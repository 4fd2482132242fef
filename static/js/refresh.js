// <div id="…" data-refresh="2">: every two seconds its place is taken by what the page then shows there,
// until that asks for no more. A menu or a field in use is left alone.

async function renew(part) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return part;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById(part.id);
  if (!next || part.contains(document.activeElement)) return part;
  part.replaceWith(document.adoptNode(next));
  return next;
}

function keep(part) {
  if (!part.dataset.refresh) return;
  setTimeout(async () => keep(document.hidden ? part : await renew(part)), part.dataset.refresh * 1000);
}

document.querySelectorAll("[data-refresh]").forEach(keep);
