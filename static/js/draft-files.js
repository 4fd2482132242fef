// Files of a composer: chosen, dropped or pasted, sent one after the other with their progress; what a cut
// network interrupts is sent again. compose.js begins it for each form.

const RETRY = 3000; // milliseconds
const DONE = 200;

const queues = new WeakMap();

export function isBusy(form) {
  return (queues.get(form)?.waiting.length ?? 0) > 0;
}

class Queue {
  constructor(form, sheet, words) {
    Object.assign(this, { form, sheet, words, waiting: [], current: null });
    this.list = form.querySelector("[data-files]");
  }

  get total() {
    const there = [...this.list.querySelectorAll("[data-size]")];
    return there.reduce((sum, line) => sum + Number(line.dataset.size), 0);
  }

  add(files, inline = false) {
    for (const file of files) this.addOne(file, inline && file.type.startsWith("image/"));
    this.next();
  }

  addOne(file, inline) {
    const problem = this.problem(file);
    const line = this.line(file);
    this.list.append(line);
    if (problem) {
      line.dataset.size = 0;
      this.fail(line, problem);
      return;
    }
    this.waiting.push({ file, line, inline, id: line.dataset.file });
  }

  problem(file) {
    const { fileLimit, totalLimit, shared } = this.words;
    if (file.size > Number(this.form.dataset.fileLimit)) return `${fileLimit} : ${shared}`;
    if (this.total + file.size > Number(this.form.dataset.totalLimit)) return totalLimit;
    return "";
  }

  // --- what one sees
  line(file) {
    const line = document.createElement("li");
    line.className = "file file--up";
    line.dataset.file = uuid();
    line.dataset.size = file.size;
    const icon = document.createElement("span");
    icon.className = "file__p";
    icon.ariaHidden = "true";
    icon.append(this.icon("file"));
    const text = document.createElement("span");
    text.className = "file__t";
    const name = document.createElement("label");
    name.className = "file__n";
    name.textContent = file.name;
    name.htmlFor = `up-${line.dataset.file}`;
    const progress = document.createElement("progress");
    progress.className = "meter";
    progress.id = name.htmlFor;
    progress.max = 100;
    progress.value = 0;
    const state = document.createElement("span");
    state.className = "file__s";
    text.append(name, progress, state);
    line.append(icon, text, this.button("x", `${this.words.remove} ${file.name}`, "drop"));
    return line;
  }

  icon(name) {
    const known = this.form.querySelector("svg use").getAttribute("href").replace(/#.*/, "");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${known}#${name}`);
    svg.append(use);
    return svg;
  }

  button(icon, label, what) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ib ib--sm";
    button.ariaLabel = label;
    button.dataset[what] = "";
    button.append(this.icon(icon));
    return button;
  }

  fail(line, text) {
    line.classList.add("file--risk");
    line.querySelector("progress")?.remove();
    const state = line.querySelector(".file__s");
    state.textContent = text;
    state.setAttribute("role", "alert");
  }

  // --- sending
  async next() {
    if (this.current || this.waiting.length === 0) return;
    this.current = this.waiting[0];
    const saved = this.sheet.version > 0 || (await this.sheet.save()) === "saved";
    if (!saved) this.again();
    else if (this.waiting[0] === this.current) this.send(this.current);
    else this.end();
  }

  send(upload) {
    const request = new XMLHttpRequest(); // fetch tells no progress
    upload.request = request;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.sheet.value("csrfmiddlewaretoken"));
    if (upload.inline) body.set("inline", "1");
    body.set("file", upload.file, upload.file.name);
    request.open("POST", `${this.form.dataset.compose}pieces/${upload.id}/envoyer/`);
    request.upload.addEventListener("progress", (event) => this.show(upload, event));
    request.addEventListener("load", () => this.answered(upload, request));
    request.addEventListener("error", () => this.again());
    request.addEventListener("abort", () => this.end());
    request.responseType = "json";
    upload.since = performance.now();
    request.send(body);
  }

  show({ line, since }, { loaded, total }) {
    const percent = Math.round((100 * loaded) / total);
    const left = Math.round(((performance.now() - since) * (total - loaded)) / Math.max(loaded, 1) / 1000);
    line.querySelector("progress").value = percent;
    line.querySelector(".file__s").textContent = left > 0 ? `${percent} % · ${left} s` : `${percent} %`;
  }

  answered(upload, request) {
    if (request.status === DONE) {
      upload.line.replaceWith(this.arrived(request.response));
      if (upload.inline) this.insert(request.response);
    } else if (request.status === 401 || request.status === 403) {
      this.sheet.save();
      this.again();
      return;
    } else if (request.status >= 500 || request.status === 0) {
      this.again();
      return;
    } else {
      upload.line.dataset.size = 0;
      this.fail(upload.line, request.response?.error ?? this.words.refused);
    }
    this.end();
  }

  // Cut on its way: the same number is the same file, should it have arrived all the same.
  again() {
    const { line } = this.current;
    line.querySelector(".file__s").textContent = this.words.waiting;
    setTimeout(() => {
      this.current = null;
      this.next();
    }, RETRY);
  }

  end() {
    this.waiting = this.waiting.filter((upload) => upload !== this.current);
    this.current = null;
    this.next();
  }

  // As the server writes it: see _draft_files.html.
  arrived(file) {
    const line = document.createElement("li");
    line.className = "file";
    line.dataset.file = file.id;
    line.dataset.size = file.size;
    if (file.content_id) Object.assign(line.dataset, { inline: file.content_id, url: file.url });
    const number = Object.assign(document.createElement("input"), { type: "hidden", name: "file", value: file.id });
    const icon = document.createElement("span");
    icon.className = "file__p";
    icon.ariaHidden = "true";
    icon.append(this.icon(file.icon));
    const text = document.createElement("span");
    text.className = "file__t";
    const name = Object.assign(document.createElement("input"), {
      className: "file__n", name: `name-${file.id}`, value: file.name, maxLength: 240, ariaLabel: `${this.words.rename} ${file.name}`,
    });
    const size = document.createElement("span");
    size.className = "file__s";
    size.append(Object.assign(document.createElement("a"), { href: file.url, target: "_blank", textContent: file.size_label }));
    text.append(name, size);
    const up = this.button("arrow-up", `${this.words.up} ${file.name}`, "raise");
    up.name = "up"; // the first line's is hidden
    line.append(number, icon, text, up, this.button("x", `${this.words.remove} ${file.name}`, "drop"));
    return line;
  }

  raise(line) {
    line.previousElementSibling?.before(line);
    (line.previousElementSibling ? line.querySelector("[name=up]") : line.querySelector("input.file__n")).focus();
    this.sheet.changed();
  }

  // The editor shows a picture where the caret stands.
  insert(file) {
    this.form.dispatchEvent(new CustomEvent("pli:inline", { bubbles: true, detail: file }));
  }

  async drop(line) {
    const upload = this.waiting.find((it) => it.line === line);
    const following = line.nextElementSibling ?? line.previousElementSibling;
    line.remove();
    (following?.querySelector("button") ?? this.form.querySelector("[name=attachments]")).focus();
    if (upload) {
      this.waiting = this.waiting.filter((it) => it !== upload);
      upload.request?.abort();
    } else if (line.querySelector("[name=file]")) {
      const body = new FormData();
      body.set("csrfmiddlewaretoken", this.sheet.value("csrfmiddlewaretoken"));
      await fetch(`${this.form.dataset.compose}pieces/${line.dataset.file}/retirer/`, { method: "POST", body });
    }
  }
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = (octets[6] & 15) | 64;
  octets[8] = (octets[8] & 63) | 128;
  const hex = [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

export function begin(form, sheet, words) {
  const queue = new Queue(form, sheet, words);
  queues.set(form, queue);
  form.querySelector("[data-attach]").hidden = true;
  form.querySelector(".attach").dataset.quick = "";
  const input = form.elements.namedItem("attachments");
  input.addEventListener("change", () => {
    queue.add([...input.files]);
    input.value = "";
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop], [name=remove], [name=up]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest("[data-file]");
    if (button.name === "up") queue.raise(line);
    else queue.drop(line);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.dataset.dropping = "";
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) delete form.dataset.dropping;
  });
  form.addEventListener("drop", (event) => {
    delete form.dataset.dropping;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    queue.add([...event.dataTransfer.files]);
  });
  form.addEventListener("paste", (event) => take(queue, event.clipboardData, event));
  // From the editor, which is a frame: {files, inline}.
  form.addEventListener("pli:files", ({ detail }) => queue.add(named(queue, detail.files), detail.inline));
}

function take(queue, data, event) {
  if (!data.files.length) return;
  event.preventDefault();
  queue.add(named(queue, [...data.files]));
}

// A screenshot has no name of its own.
function named({ words }, files) {
  const hour = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
  return files.map((file) => (file.name === "image.png" ? new File([file], `${words.pasted}-${hour}.png`, { type: file.type }) : file));
}
