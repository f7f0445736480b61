// Typeahead: a combobox over /lookup/<entity>. The visible text travels as the value, the hidden twin as "id text".
import { composing, element, say } from "./words.js";

const PAUSE = 120;
let box = null;

function popup() {
  if (box) return box;
  box = element("div", "", { class: "options", popover: "manual", role: "listbox", id: "options" });
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && box.owner) box.owner.take(Number(item.dataset.index));
  });
  document.body.append(box);
  return box;
}

class Ref extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.was = this.querySelector("input[type=hidden]");
    if (!this.input || this.ready) return;
    this.ready = true;
    const about = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox" };
    for (const [key, value] of Object.entries(about)) this.input.setAttribute(key, value);
    this.input.addEventListener("input", (event) => event.isComposing || this.later());
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => (this.before = [this.input.value, this.was.value]));
    this.input.addEventListener("click", () => this.input.value || this.open || this.everything());
    this.input.addEventListener("blur", () => this.close());
  }

  get open() {
    return box?.owner === this;
  }

  // With nothing typed: what one used lately, then the rest.
  everything() {
    this.all = true;
    this.later(0);
  }

  later(wait = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), wait);
  }

  async search() {
    this.request?.abort();
    this.request = new AbortController();
    const text = this.input.value.trim();
    if (!text && !this.all) return this.close();
    this.all = false;
    try {
      const of = this.dataset.of ? `&of=${this.dataset.of}` : "";
      const address = `/lookup/${this.dataset.entity}?q=${encodeURIComponent(text)}${of}`;
      const answer = await fetch(address, { signal: this.request.signal, headers: { accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()).items);
    } catch (fault) {
      if (fault.name !== "AbortError") this.close();
    }
  }

  show(items) {
    if (document.activeElement !== this.input) return;
    this.items = items;
    const list = popup();
    list.owner = this;
    list.replaceChildren(...items.map((item, index) => {
      const row = element("div", "", { role: "option", id: `option-${index}`, "data-index": index, "aria-selected": "false" });
      row.append(element("span", item.label), element("small", item.hint ?? ""));
      return row;
    }));
    if (!items.length) list.append(element("div", say("no_suggestion"), { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }));
    if (this.dataset.label) {
      const row = element("div", "", { role: "option", id: `option-${items.length}`, "data-index": items.length, "aria-selected": "false" });
      row.append(element("span", `+ ${say("create_one", { name: this.dataset.label })}`));
      list.append(row);
    }
    list.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? this.input.labels?.[0]?.textContent ?? "");
    if (!list.matches(":popover-open")) list.showPopover();
    this.place(list);
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-controls", "options");
    this.at(items.length ? 0 : -1);
  }

  place(list) {
    const edge = this.input.getBoundingClientRect();
    const width = Math.min(Math.max(edge.width, 280), innerWidth - 16);
    const below = innerHeight - edge.bottom - 12;
    const height = Math.min(320, list.scrollHeight + 10);
    list.style.width = `${width}px`;
    list.style.left = `${Math.max(8, Math.min(edge.left, innerWidth - width - 8))}px`;
    list.style.maxHeight = `${Math.min(320, Math.max(below, edge.top - 12))}px`;
    list.style.top = below >= height || below > edge.top ? `${edge.bottom + 4}px` : `${edge.top - height - 4}px`;
  }

  at(index) {
    this.index = index;
    for (const row of box.children) row.setAttribute("aria-selected", String(Number(row.dataset.index) === index && "index" in row.dataset));
    const row = box.querySelector("[aria-selected=true]");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  take(index) {
    const item = this.items?.[index];
    this.close();
    if (!item) {
      this.dispatchEvent(new CustomEvent("make", { bubbles: true, detail: this.input.value.trim() }));
      return;
    }
    this.set(item.id, item.label);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  set(id, label) {
    this.input.value = label;
    this.was.value = id ? `${id} ${label}` : "";
    this.before = [this.input.value, this.was.value];
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.open) return;
    box.hidePopover();
    box.owner = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (composing(event)) return;
    const { key, altKey } = event;
    if (altKey && key === "ArrowDown") {
      this.everything();
      return stop(event);
    }
    if (!this.open) return;
    const last = box.querySelectorAll("[data-index]").length - 1;
    if (key === "ArrowDown") this.at(Math.min(this.index + 1, last));
    else if (key === "ArrowUp") this.at(Math.max(this.index - 1, 0));
    else if (key === "Enter" && this.index >= 0) this.take(this.index);
    else if (key === "Tab" && this.items.length && this.index >= 0) return this.take(this.index);
    else if (key === "Escape") {
      [this.input.value, this.was.value] = this.before;
      this.close();
    } else return;
    stop(event);
  }
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

customElements.define("x-ref", Ref);
