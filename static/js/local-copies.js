// What was typed and not saved yet, in the browser's own storage, until the site has it. Sign-out clears
// it (Clear-Site-Data). Where storage is full or forbidden, one writes without.
//
// A copy: {token, address, url, version, page, at, fields, isSaved}; see compose.js. What was saved stays a
// minute: a page that was asked for just before shows an older text.

const PREFIX = "pli-draft";
const KEPT = 7 * 24 * 3600 * 1000; // milliseconds
const KEPT_SAVED = 60 * 1000;

const key = (person, token) => `${PREFIX}:${person}:${token}`;

export function keep(person, copy) {
  try {
    localStorage.setItem(key(person, copy.token), JSON.stringify({ ...copy, at: Date.now() }));
  } catch {
    // Full: the text is still in the page, and goes to the site as soon as it can.
  }
}

export function has(person, token) {
  return localStorage.getItem(key(person, token)) !== null;
}

export function forget(person, token) {
  localStorage.removeItem(key(person, token));
}

// The copies of this person; those of others on this computer, and old ones, go.
function all(person) {
  const found = [];
  for (const name of Object.keys(localStorage).filter((it) => it.startsWith(`${PREFIX}:`))) {
    const copy = JSON.parse(localStorage.getItem(name));
    const isFresh = copy.at > Date.now() - (copy.isSaved ? KEPT_SAVED : KEPT);
    if (name.startsWith(`${PREFIX}:${person}:`) && isFresh) found.push(copy);
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
  const begun = copies.find((copy) => copy.version === 0 && copy.address === address && !open.has(copy.token));
  if (!begun || !(await isKnown(begun.url))) return begun;
  forget(person, begun.token); // saved as its page went
  return undefined;
}

async function isKnown(url) {
  try {
    return (await fetch(url, { method: "HEAD" })).ok;
  } catch {
    return false;
  }
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
