// A form that shows what the server thinks while one types: totals, visibility, messages. The server decides everything.
import { clear, keep, offer } from "./draft.js";
import { put } from "../region.js";
import { composing, csrf, element, say, toast } from "../words.js";

const PAUSE = 120;

class Form extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || this.ready) return;
    this.ready = true;
    this.clean = this.body();
    this.touched = new Set();
    this.notes = new Map();
    this.form.addEventListener("input", (event) => event.isComposing || this.changed(event));
    this.form.addEventListener("change", (event) => this.changed(event));
    this.form.addEventListener("compositionend", (event) => this.changed(event));
    this.form.addEventListener("focusout", (event) => this.settle(event.target));
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => this.send(event));
    this.guard = (event) => this.dirty && event.preventDefault();
    addEventListener("beforeunload", this.guard);
    if (this.form.querySelector("#conflict")) this.mark(true), keep(this);
    else offer(this);
    const first = !this.form.elements._id.value && matchMedia("(hover: hover)").matches && this.querySelector(".field .input");
    (this.querySelector("#conflict, #faults:not([hidden])") || first || null)?.focus();
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.guard);
  }

  // The form without what the server itself put into inputs: that may still follow another field.
  data() {
    const data = new URLSearchParams(new FormData(this.form));
    for (const box of this.form.querySelectorAll("[data-auto]")) {
      if (box.value !== box.dataset.auto) continue;
      data.delete(box.name);
      data.delete(`${box.name}~was`);
    }
    return data;
  }

  body() {
    const data = this.data();
    for (const name of ["_csrf", "_base"]) data.delete(name);
    return data.toString();
  }

  get head() {
    return document.querySelector("[data-dirty]");
  }

  changed(event) {
    const name = event.target.name;
    if (name) this.touched.add(name);
    this.mark(this.body() !== this.clean);
    keep(this);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), PAUSE);
  }

  mark(dirty) {
    this.dirty = dirty;
    if (this.head) this.head.hidden = !dirty;
  }

  async preview() {
    this.request?.abort();
    this.request = new AbortController();
    try {
      const answer = await fetch(`/o/${this.dataset.entity}/preview`, {
        method: "POST",
        body: this.body(),
        signal: this.request.signal,
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json", "x-csrf-token": csrf() },
      });
      if (answer.ok) this.show(await answer.json());
    } catch (fault) {
      if (fault.name !== "AbortError") console.warn(fault.message);
    }
  }

  // One write per place that really differs; nothing is drawn anew.
  show(answer) {
    for (const [name, text] of Object.entries(answer.text ?? {})) {
      for (const place of document.querySelectorAll(`[data-out="${CSS.escape(name)}"]`)) if (place.textContent !== text) place.textContent = text;
    }
    for (const [name, seen] of Object.entries(answer.show ?? {})) {
      for (const each of this.fields(name)) each.hidden = !seen;
      for (const each of this.querySelectorAll(`[data-unless="${CSS.escape(name)}"]`)) each.hidden = seen;
    }
    for (const [name, needed] of Object.entries(answer.required ?? {})) this.require(name, needed);
    for (const [name, options] of Object.entries(answer.options ?? {})) this.choose(name, options);
    for (const [name, value] of Object.entries(answer.entry ?? {})) this.correct(name, value);
    for (const [name, value] of Object.entries(answer.fill ?? {})) this.fill(name, value);
    this.errors(answer.errors ?? {}, (name) => this.touched.has(name));
    clearTimeout(this.speak);
    if (answer.said) this.speak = setTimeout(() => this.announce(answer.said), 800);
  }

  announce(text) {
    const live = document.querySelector("[data-live]");
    if (live) live.textContent = text;
  }

  fields(name) {
    const found = [...this.querySelectorAll(`[data-field="${CSS.escape(name)}"]`)];
    return found.length ? found : [this.input(name)?.closest("td")].filter(Boolean);
  }

  input(name) {
    return document.getElementById(`f-${name.replaceAll(".", "-")}`);
  }

  require(name, needed) {
    this.input(name)?.setAttribute("aria-required", String(needed));
    for (const each of this.fields(name)) if (each.matches(".field")) each.classList.toggle("must", needed);
  }

  choose(name, options) {
    const box = this.input(name);
    if (!box?.matches("select")) return;
    const value = box.value;
    if (options.map(([key]) => key).join() === [...box.options].map((each) => each.value).join()) return;
    box.replaceChildren(...options.map(([key, label]) => new Option(label, key, false, key === value)));
  }

  // What the server reads in a field, written back once the person has left it: "9.5" becomes "9.50", "+3" a date.
  correct(name, value) {
    const box = this.input(name);
    if (!box) return;
    if (box === document.activeElement) this.notes.set(name, [box.value, value]);
    else this.write(box, value);
  }

  fill(name, value) {
    const box = this.input(name);
    if (!box || box === document.activeElement || box.type === "checkbox") return;
    if (box.value && box.value !== box.dataset.auto) return;
    this.write(box, value);
    box.dataset.auto = box.value;
  }

  settle(box) {
    const note = this.notes.get(box.name);
    if (note && note[0] === box.value) this.write(box, note[1]);
    this.notes.delete(box.name);
  }

  write(box, value) {
    if (typeof value === "object") box.closest("x-ref")?.set(value.id, value.label);
    else if (box.value !== value) box.value = value;
  }

  errors(messages, wanted = () => true) {
    for (const old of this.form.querySelectorAll("[aria-invalid=true]")) if (!messages[old.name]) this.complain(old.name, "");
    for (const [name, message] of Object.entries(messages)) if (wanted(name)) this.complain(name, message);
  }

  complain(name, message) {
    const box = this.input(name);
    const id = `e-f-${name.replaceAll(".", "-")}`;
    let place = document.getElementById(id);
    if (!place && message) {
      place = element("p", "", { class: "err", id });
      const host = this.fields(name)[0];
      host?.insertBefore(place, host.querySelector(":scope > .hint"));
    }
    if (place && !message && !place.closest("header")) place.remove();
    else if (place && place.textContent !== message) place.textContent = message;
    const told = [message && id, document.getElementById(id.replace(/^e/, "h"))?.id].filter(Boolean).join(" ");
    if (told) box?.setAttribute("aria-describedby", told);
    else box?.removeAttribute("aria-describedby");
    if (box && message) box.setAttribute("aria-invalid", "true");
    else box?.removeAttribute("aria-invalid");
  }

  key(event) {
    if (event.key !== "Enter" || composing(event) || event.defaultPrevented) return;
    if (event.target.matches("input:not([type=submit])") && !event.ctrlKey && !event.metaKey) event.preventDefault();
  }

  async send(event) {
    const button = event.submitter;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.request?.abort();
    clearTimeout(this.timer);
    button?.setAttribute("aria-busy", "true");
    const data = this.data();
    if (button?.name) data.set(button.name, button.value);
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: data.toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json, text/html;q=0.5" },
      });
      await this.received(answer);
    } catch {
      toast(say("offline"));
    } finally {
      this.busy = false;
      button?.removeAttribute("aria-busy");
    }
  }

  async received(answer) {
    if (answer.headers.get("content-type")?.includes("json")) {
      const told = await answer.json();
      if (told.location) {
        this.mark(false);
        clear(this);
        location.assign(told.location);
      } else this.refuse(told);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.mark(false);
    clear(this);
    if (!put(page, "#main")) location.reload();
  }

  refuse(told) {
    if (told.key) this.form.elements._key.value = told.key;
    this.errors(told.errors ?? {});
    const box = document.getElementById("faults");
    box.querySelector("h2").textContent = say("errors_count", { n: told.faults.length });
    box.querySelector("ul").replaceChildren(...told.faults.map(({ text, target }) => {
      const item = document.createElement("li");
      item.append(target ? element("a", text, { href: `#${target}` }) : text);
      return item;
    }));
    box.hidden = false;
    box.focus();
    box.scrollIntoView({ block: "center" });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#faults a[href^='#']");
  if (!link) return;
  event.preventDefault();
  document.getElementById(link.hash.slice(1))?.focus();
});

customElements.define("x-form", Form);
