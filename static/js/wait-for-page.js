// <… data-wait-for-page>: asks for this same page until the server sends elsewhere, and goes there.
// The page is not reloaded meanwhile, so that nobody loses their place in it.

const PAUSE = 2000; // milliseconds

async function ask() {
  const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.type === "opaqueredirect") location.reload();
  else setTimeout(ask, PAUSE);
}

if (document.querySelector("[data-wait-for-page]")) setTimeout(ask, PAUSE);
