// <form data-compose="address of its draft">: what is written is saved two seconds after one stops, and in
// the browser meanwhile; sends it with what is newest. Without this script each button saves.
//
// Others ask by events on the form:
//   pli:begin   said for a form that came after the page was loaded
//   pli:save    save now; pli:saved {files} is said each time it was

import * as copies from "./local-copies.js";
import { begin as beginFiles, isBusy } from "./draft-files.js";

const PAUSE = 2000; // milliseconds after the last change
const LOCAL_PAUSE = 250;
const FIRST_RETRY = 3000;
const LONGEST_RETRY = 30000;
const FIELDS = ["sender", "to", "cc", "bcc", "subject", "body", "html"];
const MOST_KEPT_ALIVE = 60000; // octets that a browser still sends when its page goes

const sheets = new WeakMap();
const words = document.querySelector("[data-compose-words]").dataset;
const { pathname, search } = location;

// --- one form ---------------------------------------------------------------------------------------
class Sheet {
  constructor(form) {
    this.form = form;
    this.person = form.dataset.person;
    this.address = pathname + search;
    this.changes = 0; // counts inputs, so that what is typed during a save is saved after it
    this.saved = 0;
    this.wasSaved = false;
    this.retry = FIRST_RETRY;
    this.underWay = null;
    this.page = crypto.randomUUID?.() ?? this.value("page"); // a tab that was duplicated is another page
    this.field("page").value = this.page;
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  value(name) {
    return this.field(name)?.value ?? "";
  }

  get token() {
    return this.value("token");
  }

  get version() {
    return Number(this.value("version"));
  }

  get isDirty() {
    return this.changes > this.saved;
  }

  fields() {
    return Object.fromEntries(FIELDS.filter((name) => this.field(name)).map((name) => [name, this.value(name)]));
  }

  say(text, kind = "") {
    const place = this.form.querySelector("[data-saved]");
    place.textContent = text;
    place.dataset.kind = kind;
  }

  // --- what is typed
  changed() {
    this.changes += 1;
    clearTimeout(this.localTimer);
    clearTimeout(this.timer);
    this.localTimer = setTimeout(() => this.keepHere(), LOCAL_PAUSE);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keepHere() {
    if (this.changes === 0 || this.goes) return;
    const { token, version, address, page } = this;
    const isSaved = !this.isDirty;
    copies.keep(this.person, { token, version, address, page, isSaved, url: this.form.dataset.compose, fields: this.fields() });
    this.keptAs = token;
  }

  // As the page goes. A copy that vanished was cleared by a sign-out, which must not be undone.
  keepLast() {
    if (this.keptAs !== this.token || copies.has(this.person, this.token)) this.keepHere();
  }

  async restore() {
    const copy = await copies.find(this.person, this);
    if (!copy || this.changes) return;
    const now = this.fields();
    const isSame = FIELDS.every((name) => (copy.fields[name] ?? "") === (now[name] ?? ""));
    if (isSame || (copy.isSaved && copy.version <= this.version)) {
      copies.forget(this.person, copy.token);
      return;
    }
    this.adopt(copy.token, copy.url);
    this.field("version").value = copy.version;
    this.field("page").value = this.page = copy.page;
    for (const [name, value] of Object.entries(copy.fields)) {
      const field = this.field(name);
      if (field) field.value = value;
    }
    this.form.dispatchEvent(new CustomEvent("pli:restored", { bubbles: true }));
    this.changed();
    this.say(words.found);
  }

  adopt(token, url) {
    this.field("token").value = token;
    this.form.dataset.compose = url;
  }

  // --- saving: one at a time
  save(options = {}) {
    clearTimeout(this.timer);
    this.underWay = (this.underWay ?? Promise.resolve()).then(() => this.saveNow(options));
    return this.underWay;
  }

  async saveNow({ apart = false } = {}) {
    const upTo = this.changes;
    this.say(words.saving);
    let response;
    try {
      response = await fetch(`${this.form.dataset.compose}enregistrer/`, { method: "POST", body: this.body({ apart }) });
    } catch {
      return this.later(words.kept);
    }
    if (response.status >= 500) return this.later(words.kept);
    this.retry = FIRST_RETRY;
    if (response.ok) return this.wentWell(await response.json(), upTo);
    if (response.status === 401) return this.askToSignIn();
    if (response.status === 409) return this.askWhich(await response.json());
    if (response.status === 410) return this.say(words.isSent) ?? "left";
    if (response.status === 403 && this.renewToken()) return this.saveNow({ apart });
    this.say(response.status === 404 ? words.otherPerson : words.refused, "err");
    return "refused";
  }

  body({ apart = false, rest = false } = {}) {
    const body = new FormData(this.form);
    body.delete("attachments");
    if (apart) body.set("apart", "1");
    if (rest) body.set("rest", "1");
    return body;
  }

  later(text) {
    this.say(text, "warn");
    this.keepHere();
    this.timer = setTimeout(() => this.save(), this.retry);
    this.retry = Math.min(this.retry * 2, LONGEST_RETRY);
    return "away";
  }

  wentWell(answer, upTo) {
    const before = this.token;
    if (answer.id !== before) copies.forget(this.person, before);
    this.adopt(answer.id, answer.url);
    this.field("version").value = answer.version;
    this.field("origin")?.remove();
    this.saved = upTo;
    this.wasSaved = true;
    door.close();
    this.keepHere();
    if (this.form.hasAttribute("data-page")) history.replaceState(history.state, "", answer.url);
    this.say(answer.left ? words.hasLeft : answer.label, answer.left ? "warn" : "ok");
    this.form.dispatchEvent(new CustomEvent("pli:saved", { detail: answer }));
    return "saved";
  }

  // The cookie changes when one signs in again, in this page or in another.
  renewToken() {
    const fresh = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    const fields = [...document.querySelectorAll("[name=csrfmiddlewaretoken]")];
    if (!fresh || fields.every((field) => field.value === fresh)) return false;
    for (const field of fields) field.value = fresh;
    return true;
  }

  // --- questions
  askToSignIn() {
    this.keepHere();
    this.say(words.kept, "warn");
    if (!door.open) door.showModal();
    return "signed-out";
  }

  askWhich(stored) {
    this.keepHere();
    this.say(words.kept, "warn");
    const dialog = document.querySelector('[data-ask="clash"]');
    const who = dialog.querySelector("[data-clash-who]");
    who.textContent = `${stored.who ? `${who.dataset.other} ${stored.who}` : who.dataset.own} (${stored.when}).`;
    dialog.querySelector("[data-clash-mine]").textContent = this.value("body");
    dialog.querySelector("[data-clash-theirs]").textContent = stored.text;
    dialog.onclose = () => this.choose(dialog.returnValue, stored);
    dialog.returnValue = "";
    if (!dialog.open) dialog.showModal();
    return "clash";
  }

  choose(choice, stored) {
    if (choice === "theirs") {
      copies.forget(this.person, this.token);
      this.saved = this.changes;
      location.assign(this.form.dataset.compose);
    } else if (choice === "mine") {
      this.field("version").value = stored.version;
      this.save();
    } else if (choice === "apart") {
      this.save({ apart: true });
    }
  }

  // --- leaving
  // Sends the form once the site has its newest text: an answer that is no page says why it cannot.
  async submit(button) {
    if (this.isLeaving) return;
    if (isBusy(this.form)) {
      this.say(words.uploading, "err");
      return;
    }
    this.isLeaving = true;
    const outcome = await this.save();
    this.isLeaving = outcome === "saved";
    if (outcome === "away") this.say(words.notSent, "err");
    if (outcome === "left") location.assign("/");
    if (outcome !== "saved") return;
    this.goes = true;
    this.form.requestSubmit(button);
  }

  rest() {
    if (this.goes) return;
    this.keepLast();
    if (!this.isDirty && !this.wasSaved) return;
    const text = Object.values(this.fields()).join("").length;
    if (text > MOST_KEPT_ALIVE / 2) return; // it is here, and what was saved follows by itself
    fetch(`${this.form.dataset.compose}enregistrer/`, { method: "POST", body: this.body({ rest: true }), keepalive: true });
  }

  // Whoever sits here next finds nothing in the browser.
  signOut() {
    this.rest();
    this.goes = true;
    copies.forget(this.person, this.token);
  }
}

function sheetOf(form) {
  if (!sheets.has(form)) begin(form);
  return sheets.get(form);
}

function begin(form) {
  const sheet = new Sheet(form);
  sheets.set(form, sheet);
  copies.hold(sheet.token);
  beginFiles(form, sheet, words);
  sheet.restore();
}

const closest = (event) => event.target.closest?.("form[data-compose]");

document.addEventListener("input", (event) => {
  const form = closest(event);
  if (form && event.target.type !== "file") sheetOf(form).changed();
});
document.addEventListener("pli:begin", (event) => sheetOf(event.target));
document.addEventListener("pli:save", (event) => sheetOf(event.target).save());

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) for (const sheet of all()) sheet.signOut();
  const form = closest(event);
  if (!form || sheetOf(form).goes || event.submitter?.hasAttribute("data-discard")) return;
  event.preventDefault();
  sheetOf(form).submit(event.submitter);
});

const all = () => [...document.querySelectorAll("form[data-compose]")].map(sheetOf);

document.addEventListener("visibilitychange", () => {
  if (document.hidden) for (const sheet of all()) sheet.keepLast();
});
addEventListener("pagehide", () => {
  for (const sheet of all()) sheet.rest();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const sheet of all()) sheet.goes = sheet.isLeaving = false;
});
addEventListener("online", () => {
  for (const sheet of all()) if (sheet.isDirty) sheet.save();
});
addEventListener("beforeunload", (event) => {
  if (all().some((sheet) => !sheet.goes && isBusy(sheet.form))) event.preventDefault();
});

// Signed in again in another window: goes on as if nothing had been.
const door = document.querySelector('[data-ask="sign-in"]');
const channel = new BroadcastChannel("pli-signed-in");

function goOn() {
  for (const sheet of all()) {
    sheet.renewToken();
    if (sheet.isDirty) sheet.save();
  }
}

channel.addEventListener("message", ({ data }) => {
  if (data === "heard") return;
  channel.postMessage("heard");
  if (all().every((sheet) => sheet.person === data)) door.close();
  else door.querySelector("[data-sign-in-problem]").textContent = words.otherPerson;
  goOn();
});
// In a page that could not tell.
addEventListener("focus", () => {
  if (door.open) goOn();
});

all();
