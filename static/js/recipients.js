// [data-recipients]: fields of addresses as chips, with completion (ARIA APG: combobox with a list). The text
// field stays what is sent; the server says how pasted addresses are to be read (views/composing/recipients.py).

const WAIT = 150; // milliseconds after the last key
const LEAST = 2; // characters that ask for suggestions
const MOST = 10; // suggestions
const ONE = /^\s*(?:"?([^"<>@,;]*?)"?\s*<)?([^\s<>@,;"'()[\]]+@[^\s<>@,;"'()[\]]+)>?\s*$/;

let count = 0;

class Field {
  constructor(input, words) {
    this.words = words;
    this.truth = input;
    this.people = []; // {name, address, written, …}, in order; a group has `members` and no address
    this.number = (count += 1);
    this.draw();
    this.read(input.value, { quietly: true });
    input.form.addEventListener("pli:restored", () => {
      this.people = [];
      this.input.value = "";
      this.read(input.value, { quietly: true });
    });
  }

  // ---------- what one sees
  draw() {
    const label = document.querySelector(`label[for="${this.truth.id}"]`);
    const place = this.truth.parentNode;
    this.chips = make("span", { className: "chips__all", role: "list", ariaLabel: `${label.textContent.trim()} : ${this.words.list}` });
    this.chips.hidden = true; // an empty list would be announced
    this.list = make("div", { className: "menu__p", role: "listbox", id: `noms-${this.number}`, ariaLabel: this.words.suggestions, hidden: true });
    this.said = make("span", { className: "sr", role: "status" });
    this.input = make("input", { className: "field__in", type: "text", id: this.truth.id, autocomplete: "off", role: "combobox", spellcheck: false });
    this.input.autocapitalize = "off";
    for (const [name, value] of Object.entries({ expanded: "false", controls: this.list.id, autocomplete: "list" })) this.input.setAttribute(`aria-${name}`, value);
    const errors = this.truth.getAttribute("aria-describedby");
    if (errors) this.input.setAttribute("aria-describedby", errors);
    if (this.truth.getAttribute("aria-invalid")) this.input.setAttribute("aria-invalid", "true");
    this.truth.removeAttribute("id");
    this.truth.hidden = true;
    const combo = make("span", { className: "combo" });
    combo.append(this.input, this.list);
    place.append(this.chips, combo, this.said);
    place.addEventListener("click", (event) => event.target === place && this.input.focus());
    this.listen();
  }

  chip(person) {
    const chip = make("span", { className: "chip", role: "listitem" });
    const { members } = person;
    const shown = person.name || person.address;
    chip.classList.toggle("chip--ext", Boolean(person.external));
    chip.classList.toggle("chip--err", Boolean(person.error));
    chip.title = [person.address, person.external && this.words.external, person.error].filter(Boolean).join("\n");
    if (members) {
      chip.classList.add("chip--group");
      chip.title = members.map(({ name, address }) => name || address).join("\n");
      chip.append(make("span", { className: "chip__c", textContent: members.length }));
    }
    if (person.initials) chip.append(make("span", { className: `av av--${person.hue}`, ariaHidden: "true", textContent: person.initials }));
    const edit = make("button", { type: "button", className: "chip__n", textContent: shown, ariaLabel: `${this.words[members ? "unfold" : "edit"].replace("{name}", shown)}${person.external ? `, ${this.words.external}` : ""}` });
    edit.tabIndex = -1;
    edit.addEventListener("click", () => this.edit(person));
    const remove = make("button", { type: "button", ariaLabel: this.words.remove.replace("{name}", shown) });
    remove.append(cross());
    remove.addEventListener("click", () => this.remove(person));
    chip.append(edit, remove);
    if (person.error) chip.append(make("span", { className: "sr", textContent: person.error }));
    return chip;
  }

  // The server's answer redraws a chip that the keyboard may stand on by then.
  show() {
    const stood = [...this.chips.children].findIndex((chip) => chip.contains(document.activeElement));
    this.chips.replaceChildren(...this.people.map((person) => this.chip(person)));
    this.chips.hidden = !this.people.length;
    this.chips.children[stood]?.querySelector("button:not(.chip__n)").focus();
  }

  say(sentence, values) {
    this.said.textContent = Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
  }

  // ---------- what is sent
  settle() {
    this.truth.value = [...this.people.map((person) => person.written), this.input.value.trim()].filter(Boolean).join(", ");
    this.truth.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // One address is understood here; anything else by the server. Should it be away, the text waits as it is.
  async read(text, { quietly = false } = {}) {
    if (!text.trim()) return;
    const alone = ONE.exec(text);
    const before = this.people.length;
    if (alone && !quietly) {
      this.input.value = "";
      this.put([{ name: (alone[1] ?? "").trim(), address: alone[2], written: text.trim() }]);
    } else {
      this.input.value = text;
    }
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.truth.form.elements.namedItem("csrfmiddlewaretoken").value);
    body.set("text", text);
    const answer = await fetch(this.words.recipients, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) return;
    if (this.input.value === text) this.input.value = "";
    this.put(await answer.json());
    if (quietly) return;
    this.settle();
    const added = this.people.length - before;
    if (added > 1) this.say(this.words.pasted, { n: added });
    else this.say(this.words.added, { name: this.people.at(-1)?.name || this.people.at(-1)?.address });
  }

  put(people) {
    for (const person of people) {
      const known = this.people.findIndex((one) => keyOf(one) === keyOf(person));
      if (known < 0) this.people.push(person);
      else this.people[known] = person;
    }
    this.show();
  }

  commit() {
    this.close();
    return this.read(this.input.value);
  }

  remove(person) {
    const at = this.people.indexOf(person);
    this.people.splice(at, 1);
    this.show();
    this.settle();
    this.say(this.words.removed, { name: person.name || person.address });
    this.input.focus();
  }

  edit(person) {
    this.people.splice(this.people.indexOf(person), 1);
    this.show();
    if (person.members) return void this.read(person.written).then(() => this.input.focus());
    this.input.value = person.written;
    this.settle();
    this.input.focus();
    this.input.select();
  }

  // ---------- suggestions
  get options() {
    return [...this.list.children];
  }

  get current() {
    return this.options.find((option) => option.getAttribute("aria-selected") === "true");
  }

  async propose() {
    const typed = this.input.value.trim();
    if (typed.length < LEAST || typed.includes(",")) return this.close();
    const sources = [this.words.people, this.words.contacts, this.words.directory].filter(Boolean);
    const answers = await Promise.all(sources.map((url) => fetch(`${url}?q=${encodeURIComponent(typed)}`).then((it) => (it.ok ? it.json() : [])).catch(() => [])));
    if (this.input.value.trim() !== typed || document.activeElement !== this.input) return undefined;
    const seen = new Set(this.people.map(keyOf));
    const found = answers.flat().filter((person) => !seen.has(keyOf(person)) && seen.add(keyOf(person))).slice(0, MOST);
    this.list.replaceChildren(...found.map((person, at) => this.option(person, at, typed)));
    if (!found.length) return this.close();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.choose(this.options[0]);
    return this.say(this.words.found, { n: found.length });
  }

  option(person, at, typed) {
    const option = make("div", { className: "opt", role: "option", id: `${this.list.id}-${at}` });
    const initials = (person.name || person.address).split(/[\s-]+/).map((word) => word[0]).filter((letter) => /\p{L}|\p{N}/u.test(letter ?? ""));
    const face = make("span", { className: `av av--sm av--${person.hue ?? 1}`, ariaHidden: "true", textContent: person.initials ?? [initials[0], initials.length > 1 ? initials.at(-1) : ""].join("").toUpperCase() });
    const text = make("span");
    const name = make("b");
    name.append(...marked(person.name || person.address, typed));
    text.append(name, make("small", { textContent: [person.name && person.address, person.about].filter(Boolean).join(" · ") }));
    option.append(face, text);
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.take(person));
    option.person = person;
    return option;
  }

  choose(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    const at = this.options.indexOf(this.current) + by;
    this.choose(this.options[(at + this.options.length) % this.options.length]);
  }

  take(person) {
    this.input.value = "";
    this.close();
    if (person.members || person.members_url) this.takeGroup(person);
    else this.read(writtenOut(person));
  }

  // One chip for all of them, until it is unfolded; what is sent are their addresses.
  async takeGroup({ name, members, members_url: url }) {
    const people = members ?? (await fetch(url).then((it) => (it.ok ? it.json() : [])).catch(() => []));
    if (!people.length) return;
    this.put([{ name, address: "", members: people, written: people.map(writtenOut).join(", ") }]);
    this.settle();
    this.say(this.words.pasted, { n: people.length });
  }

  close() {
    clearTimeout(this.waiting);
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  // ---------- keys
  listen() {
    this.input.addEventListener("input", () => {
      this.settle();
      clearTimeout(this.waiting);
      if (/[,;]\s*$/.test(this.input.value)) this.commit();
      else this.waiting = setTimeout(() => this.propose(), WAIT);
    });
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!/[,;\n\t]|\s\S+@/.test(text.trim())) return;
      event.preventDefault();
      this.input.value = "";
      this.read(text);
    });
    this.input.addEventListener("blur", () => this.commit());
    this.chips.addEventListener("keydown", (event) => this.walk(event));
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (isOpen && step) this.step(step);
    else if (isOpen && event.key === "Escape") this.close();
    else if (isOpen && event.key === "Enter") this.take(this.current.person);
    else if (event.key === "Enter") this.commit();
    else if (isOpen && event.key === "Tab" && !event.shiftKey && !ONE.test(this.input.value)) this.take(this.current.person);
    else if (!this.input.value && (event.key === "Backspace" || event.key === "ArrowLeft") && this.people.length) this.chips.lastChild.lastElementChild.closest(".chip").querySelector("button:not(.chip__n)").focus();
    else return;
    if (event.key === "Escape") event.stopPropagation();
    event.preventDefault();
  }

  walk(event) {
    const chip = event.target.closest(".chip");
    const person = this.people[[...this.chips.children].indexOf(chip)];
    const next = { ArrowLeft: chip?.previousElementSibling, ArrowRight: chip?.nextElementSibling }[event.key];
    if (event.key === "Backspace" || event.key === "Delete") this.remove(person);
    else if (event.key === "F2") this.edit(person);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") (next?.querySelector("button:not(.chip__n)") ?? (event.key === "ArrowRight" ? this.input : event.target)).focus();
    else return;
    event.preventDefault();
  }
}

// ---------- pieces

const keyOf = ({ address, name }) => (address || name).toLowerCase();
const writtenOut = ({ name, address }) => (name ? `"${name.replace(/["\\]/g, "")}" <${address}>` : address);

function make(name, values = {}) {
  const element = document.createElement(name);
  const { role, ...others } = values;
  if (role) element.setAttribute("role", role);
  return Object.assign(element, others);
}

function cross() {
  const icons = document.querySelector("svg use").getAttribute("href").replace(/#.*/, "");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstChild.setAttribute("href", `${icons}#x`);
  return svg;
}

// The beginning of a word that was typed, wherever it stands in the name.
function marked(name, typed) {
  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const at = bare(name).indexOf(bare(typed));
  if (at < 0 || bare(name).length !== name.length) return [name];
  return [name.slice(0, at), make("mark", { textContent: name.slice(at, at + typed.length) }), name.slice(at + typed.length)];
}

export function begin(form) {
  const place = form.querySelector("[data-recipients]");
  if (!place || place.dataset.begun) return;
  place.dataset.begun = "";
  for (const input of place.querySelectorAll("[data-chips] > input")) new Field(input, place.dataset);
}

for (const form of document.querySelectorAll("form[data-compose]")) begin(form);
