// The page that ends a sign-in begun from a composer: tells the composer, and goes once it was heard.

const UNHEARD = 1000; // milliseconds: the composer's page has gone

const channel = new BroadcastChannel("pli-signed-in");
channel.addEventListener("message", () => window.close());
channel.postMessage(document.querySelector("[data-person]").dataset.person);
setTimeout(() => window.close(), UNHEARD);
