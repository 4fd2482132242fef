// The signature follows the address one writes from, and the one chosen in the menu takes the place of the one
// that is there (views/composing/inserting.py). senders.js asks for it.

export async function exchange(form, asked = {}) {
  const plain = form.querySelector("[data-writing-place] textarea:not([name=html])");
  const text = plain.value;
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "sender", "signed"]) body.set(name, form.elements.namedItem(name).value);
  for (const [name, value] of Object.entries(asked)) body.set(name, value);
  body.set("body", text);
  const answer = await fetch(form.dataset.signature, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return false;
  const signature = await answer.json();
  if (plain.value !== text) return exchange(form, asked); // written meanwhile
  form.dispatchEvent(new CustomEvent("pli:sign", { detail: signature }));
  if (!("signature" in asked)) form.elements.namedItem("signed").value = form.elements.namedItem("sender").value;
  return true;
}
