// <input data-activation-code="id of a hint"> and <p id="…" role="status" hidden>: says, before anything
// is sent, that the code was mistyped. activation/codes.py holds the format; the server says the same.
// A QR code brings the code in the address's fragment, which no server sees: it fills the field and
// leaves the address bar. <a data-carries-code> takes what is typed along to another form, the same way.

const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 13; // 12 drawn at random and the check character
const NEITHER_LETTER_NOR_DIGIT = /[^\p{L}\p{N}]+/gu;

function plain(typed) {
  return typed.normalize("NFKC").replace(NEITHER_LETTER_NOR_DIGIT, "").toUpperCase();
}

// Luhn's sum modulo 20: every other value counts double, from the last but one.
function isWhole(code) {
  let sum = 0;
  [...code].reverse().forEach((letter, place) => {
    const value = ALPHABET.indexOf(letter) * (place % 2 + 1);
    sum += Math.floor(value / ALPHABET.length) + value % ALPHABET.length;
  });
  return code.length === LENGTH && sum % ALPHABET.length === 0;
}

function isWrong(code) {
  const foreign = [...code].some((letter) => !ALPHABET.includes(letter));
  return foreign || code.length > LENGTH || (code.length === LENGTH && !isWhole(code));
}

function grouped(code) {
  return code.match(/.{1,4}/g).join("-");
}

const field = document.querySelector("[data-activation-code]");
const hint = document.getElementById(field.dataset.activationCode);

function tell(wrong) {
  hint.hidden = !wrong;
  field.setAttribute("aria-invalid", String(wrong));
}

function fillFromFragment() {
  const code = plain(decodeURIComponent(location.hash.slice(1)).replace(/^code=/, ""));
  if (!code) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (isWhole(code)) field.value = grouped(code);
  tell(isWrong(code));
}

field.addEventListener("input", () => tell(isWrong(plain(field.value))));
field.form.addEventListener("submit", (event) => {
  const code = plain(field.value);
  if (!code || isWhole(code)) return;
  event.preventDefault();
  tell(true);
  field.focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-carries-code]");
  const code = plain(field.value);
  if (link && isWhole(code)) link.hash = code;
});
addEventListener("hashchange", fillFromFragment);
fillFromFragment();
if (field.value) tell(isWrong(plain(field.value))); // typed before this came
