// A list by keyboard: j k to move, x to tick, Enter to open, a for the next step; the filter answers while one types.
import { swap } from "../region.js";
import { composing } from "../words.js";

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
    this.addEventListener("reset", () => setTimeout(() => this.clear()));
    this.addEventListener("click", (event) => {
      this.shift(event);
      const row = event.target.closest("tbody tr");
      if (event.shiftKey && event.target.matches("[name=pick]")) this.range(event.target);
      else if (event.target.matches("[name=pick]")) this.last = this.ticks.indexOf(event.target);
      if (row) this.here(this.rows.indexOf(row), false);
    });
    this.bulk();
    if (this.dataset.figures) this.figures();
  }

  get rows() {
    return [...this.querySelectorAll("tbody tr")];
  }

  get ticks() {
    return [...this.querySelectorAll("tbody [name=pick]")];
  }

  // Counts and totals of a long list come after the page.
  async figures() {
    try {
      const answer = await fetch(this.dataset.figures, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const { count, all, tabs, totals } = await answer.json();
      const place = this.querySelector("[data-count-all]");
      if (place && count) place.textContent = place.dataset.of.replace("{count}", count);
      for (const [key, text] of Object.entries(tabs)) {
        const tab = this.querySelector(`[data-tab="${CSS.escape(key)}"]`);
        if (tab) tab.textContent = text;
      }
      for (const [name, text] of Object.entries(totals)) {
        const cell = this.querySelector(`[data-total="${CSS.escape(name)}"]`);
        if (cell) cell.textContent = text;
      }
      const every = this.querySelector("[data-everything]");
      if (every && all) {
        every.hidden = false;
        every.querySelector("[data-all-count]").textContent = all;
      }
    } catch (fault) {
      console.warn(fault.message);
    }
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

  // A column to the left or to the right, in the list of columns itself; what is there is sent when it is applied.
  shift(event) {
    const link = event.target.closest("[data-shift]");
    if (!link) return;
    event.preventDefault();
    const place = link.closest(".place");
    const other = link.dataset.shift === "-1" ? place.previousElementSibling : place.nextElementSibling;
    if (!other?.matches(".place")) return;
    if (link.dataset.shift === "-1") other.before(place);
    else other.after(place);
    link.focus();
  }

  ticked(event) {
    if (event.target.matches("[data-all]")) for (const each of this.ticks) each.checked = event.target.checked;
    this.bulk();
  }

  // The bar shows what can be done where the ticked records wait; how many that are, or all that match.
  bulk() {
    const bar = this.querySelector("[data-bulk]");
    if (!bar) return;
    const ticked = this.ticks.filter((each) => each.checked);
    const every = bar.querySelector("[name=all]");
    if (every && ticked.length < this.ticks.length) every.checked = false;
    const whole = every?.checked;
    const label = bar.querySelector("[data-everything]");
    if (label) label.dataset.offered = ticked.length > 0 && ticked.length === this.ticks.length ? "1" : "";
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = whole ? bar.querySelector("[data-all-count]").textContent : ticked.length;
    const waits = new Set(ticked.flatMap((each) => (each.closest("tr").dataset.waits ?? "").split(" ")));
    for (const each of bar.querySelectorAll("[data-step]")) each.hidden = !whole && !each.dataset.step.split(" ").some((step) => waits.has(step));
    const all = this.querySelector("[data-all]");
    if (all) all.checked = ticked.length > 0 && ticked.length === this.ticks.length;
  }

  clear() {
    for (const each of this.querySelectorAll("[name=pick], [data-all], [name=all]")) each.checked = false;
    this.bulk();
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

  // The next step of one row: its own button, or that of the bar with this row alone ticked; else the record opens.
  act(row) {
    const own = row.querySelector("[data-act]");
    if (own) return own.click();
    const waits = (row.dataset.waits ?? "").split(" ");
    const bar = this.querySelector("[data-bulk]");
    const button = [...(bar?.querySelectorAll("button.first[data-step]") ?? [])].find((each) => waits.includes(each.dataset.step));
    if (!button) return row.querySelector("a.key")?.click();
    for (const each of this.ticks) each.checked = row.contains(each);
    this.bulk();
    button.click();
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
    } else if (key === "a" && row) this.act(row);
    else if (key === "e") this.querySelector("[data-export]")?.click();
    else if (key === "Escape" && this.ticks.some((each) => each.checked)) this.clear();
    else return false;
    return !composing(event);
  }
}

customElements.define("x-list", List);
