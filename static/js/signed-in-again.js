// The page that ends a sign-in begun from a composer: tells the composer, and goes.

new BroadcastChannel("pli-signed-in").postMessage(document.querySelector("[data-person]").dataset.person);
window.close();
