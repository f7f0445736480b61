// A list by keyboard: j k to move, x to tick, Enter to open, a for the next step; the filter answers while one types.
import { swap } from "./region.js";
import { composing } from "./words.js";

class List extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.at = -1;
    const all = this.querySelector("[data-all]");
    if (all) all.hidden = false;
    this.addEventListener("change", (event) => this.ticked(event));
    this.addEventListener("input", (event) => !event.isComposing && this.filter(event));
    this.addEventListener("compositionend", (event) => this.filter(event));
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-none]")) this.clear();
      if (event.target.closest("[data-export-picked]")) this.chosen(event);
      const row = event.target.closest("tbody tr");
      if (event.shiftKey && event.target.matches("[name=pick]")) this.range(event.target);
      if (row) this.here(this.rows.indexOf(row), false);
    });
  }

  get rows() {
    return [...this.querySelectorAll("tbody tr")];
  }

  get ticks() {
    return [...this.querySelectorAll("tbody [name=pick]")];
  }

  filter(event) {
    if (!event.target.matches?.("[data-filter]")) return;
    clearTimeout(this.timer);
    const form = event.target.form;
    this.timer = setTimeout(() => {
      const data = new URLSearchParams(new FormData(form));
      if (!data.get("search")) data.delete("search");
      swap(`${form.getAttribute("action").split("?")[0]}?${data}`, "#list", { replace: true });
    }, 200);
  }

  ticked(event) {
    if (event.target.matches("[data-all]")) for (const each of this.ticks) each.checked = event.target.checked;
    this.bulk();
  }

  bulk() {
    const count = this.ticks.filter((each) => each.checked).length;
    const bar = this.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = count === 0;
    bar.querySelector("[data-count]").textContent = count;
  }

  clear() {
    for (const each of this.querySelectorAll("[name=pick], [data-all]")) each.checked = false;
    this.bulk();
  }

  chosen(event) {
    const link = event.target.closest("a");
    const address = new URL(link.href);
    address.searchParams.set("filter[id][in]", this.ticks.filter((each) => each.checked).map((each) => each.value).join());
    link.href = address;
  }

  range(tick) {
    const ticks = this.ticks;
    const [low, high] = [this.last ?? 0, ticks.indexOf(tick)].sort((a, b) => a - b);
    for (let at = low; at <= high; at++) ticks[at].checked = tick.checked;
    this.bulk();
  }

  here(at, focus = true) {
    const rows = this.rows;
    if (at < 0 || at >= rows.length) return;
    for (const row of rows) row.removeAttribute("data-here");
    this.at = at;
    rows[at].setAttribute("data-here", "");
    if (focus) rows[at].querySelector("a.key")?.focus();
  }

  // Return whether the key meant something here; called by keys.js, never while somebody types.
  key(event) {
    const row = this.rows[this.at];
    const tick = row?.querySelector("[name=pick]");
    const { key } = event;
    if (key === "j" || key === "ArrowDown") this.here(this.at + 1);
    else if (key === "k" || key === "ArrowUp") this.here(Math.max(this.at - 1, 0));
    else if (key.toLowerCase() === "x" && tick) {
      tick.checked = !tick.checked;
      if (event.shiftKey) this.range(tick);
      else this.last = this.at;
      this.bulk();
    } else if (key === "a" && row) (row.querySelector("[data-act]") ?? row.querySelector("a.key"))?.click();
    else if (key === "e") this.querySelector("[data-export]")?.click();
    else if (key === "Escape" && this.ticks.some((each) => each.checked)) this.clear();
    else return false;
    return !composing(event);
  }
}

customElements.define("x-list", List);
