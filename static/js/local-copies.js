// What was typed and not saved yet, in the browser's own storage, until the site has it. Sign-out clears
// it (Clear-Site-Data). Where storage is full or forbidden, one writes without.
//
// A copy: {token, address, url, version, page, at, fields}; see compose.js.

const PREFIX = "pli-draft";
const KEPT = 7 * 24 * 3600 * 1000; // milliseconds

const key = (person, token) => `${PREFIX}:${person}:${token}`;

export function keep(person, copy) {
  try {
    localStorage.setItem(key(person, copy.token), JSON.stringify({ ...copy, at: Date.now() }));
  } catch {
    // Full: the text is still in the page, and goes to the site as soon as it can.
  }
}

export function forget(person, token) {
  localStorage.removeItem(key(person, token));
}

// The copies of this person; those of others on this computer, and old ones, go.
function all(person) {
  const found = [];
  for (const name of Object.keys(localStorage).filter((it) => it.startsWith(`${PREFIX}:`))) {
    const copy = JSON.parse(localStorage.getItem(name));
    if (name.startsWith(`${PREFIX}:${person}:`) && copy.at > Date.now() - KEPT) found.push(copy);
    else localStorage.removeItem(name);
  }
  return found;
}

// The copy of this draft or, on a blank page, of a draft begun at the same address that was never saved.
export async function find(person, { token, version, address }) {
  const copies = all(person);
  const exact = copies.find((copy) => copy.token === token);
  if (exact || version > 0) return exact;
  const open = await held();
  return copies.find((copy) => copy.version === 0 && copy.address === address && !open.has(copy.token));
}

// Drafts that stand open in another page: their text is there.
async function held() {
  if (!navigator.locks) return new Set();
  const { held: locks } = await navigator.locks.query();
  return new Set(locks.map((lock) => lock.name.replace(`${PREFIX}:`, "")));
}

// Says to other pages that this draft is open here, as long as the page is.
export function hold(token) {
  navigator.locks?.request(`${PREFIX}:${token}`, { ifAvailable: true }, () => new Promise(() => {}));
}
