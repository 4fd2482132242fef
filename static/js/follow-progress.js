// <section data-follow id="…">: work goes on elsewhere. Fetches the page again and puts its new
// section here, until the section comes without data-follow; then the whole page is new.

const PAUSE = 1500; // milliseconds

async function follow(section) {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = page && page.getElementById(section.id);
  if (page && !news?.hasAttribute("data-follow")) {
    location.reload();
    return;
  }
  if (news) section.replaceChildren(...news.childNodes);
  setTimeout(follow, PAUSE, section);
}

const section = document.querySelector("[data-follow]");
if (section) setTimeout(follow, PAUSE, section);
