// Says, while it is typed, that a NUMEN is no login.
// <p role="status" data-numen-hint hidden> serves every text field of its form; the server says the
// same (accounts/sealed/numen.py holds the format).

const NUMEN = /^[0-9]{2}[A-Z][0-9]{7}[A-Z]{3}$/;
const SEPARATORS = /[\s.\-–—_]+/g;

function look(field) {
  const hint = field.form?.querySelector("[data-numen-hint]");
  if (!hint || field.autocomplete !== "username") return;
  hint.hidden = !NUMEN.test(field.value.normalize("NFKC").replace(SEPARATORS, "").toUpperCase());
}

document.addEventListener("input", (event) => look(event.target));
for (const field of document.querySelectorAll("[autocomplete=username]")) look(field); // typed before this came

