// A corner or a window whose message has left, or was kept: the page around, or the one that opened it, is told.

window.frameElement?.dispatchEvent(new CustomEvent("pli:composed", { bubbles: true }));
if (!window.frameElement) {
  new BroadcastChannel("pli-composed").postMessage("done");
  window.close();
}
