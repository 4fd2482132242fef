// [data-writing-place]: the text of a message, in the editor's frame or as plain text. The form's own fields stay
// the truth: the first one always holds the plain text, `html` is sent while the text has a form.

const READY = "pli:ready";

class Writing {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.body = place.querySelector("textarea:not([name=html])");
    this.html = place.querySelector("textarea[name=html]");
    this.onButton = place.querySelector("[data-format-on]");
    this.onButton.addEventListener("click", () => this.toRich(this.formed()).then(() => this.editor.focus()));
    this.form.addEventListener("pli:restored", () => (this.html.value ? this.toRich(this.html.value) : this.toPlain()));
    this.form.addEventListener("pli:inline", ({ detail }) => this.editor?.picture(detail.content_id, detail.url, detail.name));
    this.form.addEventListener("pli:sign", ({ detail }) => this.sign(detail));
    if ("rich" in place.dataset) this.toRich(this.html.value).then(() => this.begin());
    else this.toPlain();
  }

  // Where the writer most likely goes on: an answer has its readers already.
  begin() {
    const to = this.form.elements.namedItem("to");
    if (!to?.value || document.activeElement !== document.body) return;
    if ("below" in this.place.dataset) this.editor.toEnd();
    this.editor.focus();
  }

  async toRich(html) {
    await this.load();
    this.editor.write(html, {
      shown: [...this.form.querySelectorAll("[data-inline]")].map((file) => [file.dataset.inline, file.dataset.url]),
      language: this.place.dataset.language,
      label: this.place.dataset.label,
    });
    this.show(true);
    if (html) this.html.value = html;
  }

  toPlain() {
    if (!this.html.disabled) this.before = { html: this.html.value, text: this.body.value };
    this.html.value = "";
    this.show(false);
  }

  show(isRich) {
    this.html.disabled = !isRich;
    this.body.hidden = isRich;
    this.onButton.hidden = isRich;
    if (this.frame) this.frame.hidden = !isRich;
    this.form.dataset.writing = isRich ? "rich" : "plain";
  }

  // Nothing is lost on the way to plain text and back, unless the text was changed meanwhile.
  formed() {
    return this.before?.text === this.body.value ? this.before.html : asHtml(this.body.value);
  }

  load() {
    this.loaded ??= new Promise((resolve) => {
      this.frame = document.createElement("iframe");
      this.frame.className = "rich";
      this.frame.title = this.place.dataset.label;
      this.frame.addEventListener(READY, () => {
        this.editor = this.frame.contentWindow.editor;
        resolve();
      });
      this.listen();
      this.frame.src = this.place.dataset.editor;
      this.place.append(this.frame);
    });
    return this.loaded;
  }

  listen() {
    const { frame, form } = this;
    frame.addEventListener("pli:written", () => this.written());
    frame.addEventListener("pli:plain", () => {
      this.toPlain();
      this.changed();
      this.body.focus();
    });
    frame.addEventListener("pli:height", ({ detail }) => frame.style.setProperty("--height", `${detail.height}px`));
    frame.addEventListener("pli:files", (event) => {
      if (!("compose" in form.dataset)) return; // a picture stands in the text itself
      event.preventDefault();
      event.stopPropagation();
      form.dispatchEvent(new CustomEvent("pli:files", { bubbles: true, detail: event.detail }));
    });
  }

  written() {
    if (this.html.disabled) return;
    this.html.value = this.editor.read();
    this.body.value = this.editor.text();
    this.changed();
  }

  changed() {
    this.body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What views/composing/inserting.py answers: {html, text, known, below, must}.
  sign(signature) {
    if (!this.html.disabled) return this.editor.sign(signature);
    this.body.value = signature.text;
    return this.changed();
  }
}

function asHtml(text) {
  const root = document.createElement("div");
  let place = root;
  let depth = 0;
  for (const line of text.split("\n")) {
    const marks = /^(?:>[ \t]?)+/.exec(line)?.[0] ?? "";
    const wanted = marks.replace(/[^>]/g, "").length;
    for (; depth > wanted; depth -= 1) place = place.parentNode;
    for (; depth < wanted; depth += 1) place = place.appendChild(document.createElement("blockquote"));
    const block = place.appendChild(document.createElement("div"));
    block.append(line.slice(marks.length).trim() ? line.slice(marks.length) : document.createElement("br"));
  }
  return root.innerHTML;
}

export function begin(form) {
  const place = form.querySelector("[data-writing-place]");
  if (place && !place.dataset.begun) {
    place.dataset.begun = "";
    new Writing(place);
  }
}

for (const place of document.querySelectorAll("[data-writing-place]")) begin(place.closest("form"));
