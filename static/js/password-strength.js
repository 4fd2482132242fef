// <div data-password-strength="id of the field" data-url="…" hidden>: a <meter>, a sentence, a list.
// The server measures: its lists of words are large, and it has the last word anyway.

const PAUSE = 250; // milliseconds without typing

function show(box, found) {
  box.hidden = false;
  box.querySelector("meter").value = found.level;
  box.querySelector("[data-sentence]").textContent = found.sentence;
  const list = box.querySelector("[data-refusals]");
  list.replaceChildren(...found.refusals.map((text) => {
    const item = document.createElement("li");
    item.className = "no";
    item.textContent = text;
    return item;
  }));
}

async function measure(box, field) {
  if (!field.value) { box.hidden = true; return; }
  const asked = field.value;
  const token = field.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(box.dataset.url, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ password: asked }),
  }).catch(() => null);
  if (answer?.ok && field.value === asked) show(box, await answer.json());
}

for (const box of document.querySelectorAll("[data-password-strength]")) {
  const field = document.getElementById(box.dataset.passwordStrength);
  let waiting;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(measure, PAUSE, box, field);
  };
  field.addEventListener("input", soon);
  soon(); // who types faster than the page loads
}
