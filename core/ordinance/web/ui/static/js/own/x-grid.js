// A line grid over a plain table of named inputs: rows by keyboard, paste from a spreadsheet, delete with undo.
import { composing, say, toast } from "../words.js";

const CELLS = ":is(input:not([type=hidden]), select, textarea)";

class Grid extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    this.blank = this.querySelector("template");
    if (!this.body || this.ready) return;
    this.ready = true;
    this.next = Math.max(-1, ...this.rows.map((row) => Number(row.dataset.row))) + 1;
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("focusin", ({ target }) => (this.before = [target.value, twin(target)?.value]));
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.matches("[data-add]")) this.focus(this.add(1)[0], 0);
      else if (button?.matches(".cut")) this.cut(button.closest("tr"));
      else if (button?.matches("[data-more]")) this.unfold(button.closest("tr"));
      else return;
      event.preventDefault();
    });
  }

  get rows() {
    return [...this.body.querySelectorAll(":scope > tr:not(.more)")];
  }

  cells(row) {
    return [...row.querySelectorAll(`td:not(.end) ${CELLS}`)];
  }

  more(row) {
    return row.nextElementSibling?.matches(".more") ? row.nextElementSibling : null;
  }

  add(count) {
    if (!this.blank) return [];
    const all = document.createDocumentFragment();
    const made = [];
    for (let left = count; left > 0; left--) {
      const copy = this.copied(String(this.next++));
      copy.querySelector(".more")?.remove();
      made.push(copy.querySelector("tr"));
      all.append(copy);
    }
    this.body.append(all);
    this.number();
    this.touched();
    return made;
  }

  copied(index) {
    const copy = this.blank.content.cloneNode(true);
    for (const item of copy.querySelectorAll("*")) {
      for (const { name, value } of [...item.attributes]) if (value.includes("#")) item.setAttribute(name, value.replaceAll("#", index));
    }
    return copy;
  }

  number() {
    const rows = this.rows;
    rows.forEach((row, index) => {
      const text = [...row.firstElementChild.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      if (text) text.data = String(index + 1);
      else row.firstElementChild.prepend(String(index + 1));
    });
    const count = this.querySelector("[data-rows]");
    if (count) count.textContent = rows.length;
  }

  cut(row) {
    const rows = this.rows;
    const at = rows.indexOf(row);
    const gone = [row, this.more(row)].filter(Boolean);
    const after = gone.at(-1).nextSibling;
    for (const each of gone) each.remove();
    this.number();
    this.touched();
    const near = this.rows[Math.min(at, rows.length - 2)];
    if (near) this.focus(near, 0);
    else this.querySelector("[data-add]")?.focus();
    toast(say("row_gone"), () => {
      for (const each of gone) this.body.insertBefore(each, after?.isConnected ? after : null);
      this.number();
      this.touched();
      this.focus(row, 0);
    });
  }

  focus(row, column) {
    const cells = row ? this.cells(row) : [];
    const cell = cells[Math.min(column, cells.length - 1)];
    cell?.focus();
    cell?.select?.();
  }

  touched() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    const cell = event.target;
    const row = cell.closest("tr");
    if (composing(event) || event.defaultPrevented || !cell.matches(CELLS) || !row) return;
    if (row.matches(".more")) return this.inside(event, row);
    const column = this.cells(row).indexOf(cell);
    const rows = this.rows;
    const at = rows.indexOf(row);
    const handled = this.act(event, { cell, row, column, rows, at });
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // In the fields below a row Alt Enter goes back to it.
  inside(event, more) {
    if (event.key !== "Enter" || !event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.unfold(more.previousElementSibling);
  }

  act(event, { cell, row, column, rows, at }) {
    const { key, altKey, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (key === "Enter" && altKey) return this.unfold(row);
    if (key === "Enter" && command) return false;
    if (key === "Enter" && shiftKey) return this.to(rows[at - 1], column);
    if (key === "Enter") {
      if (rows[at + 1]) this.focus(rows[at + 1], column);
      else this.focus(this.add(1)[0] ?? row, 0);
      return true;
    }
    if (key === "Backspace" && altKey) return this.cut(row), true;
    if (key.toLowerCase() === "d" && command) return this.copy(rows[at - 1], cell, column);
    if (key === "Escape" && cell.value !== this.before[0]) return this.put(cell, ...this.before), true;
    if (altKey || command || shiftKey || cell.matches("select, textarea")) return false;
    if (key === "ArrowDown") return this.to(rows[at + 1], column);
    if (key === "ArrowUp") return this.to(rows[at - 1], column);
    return false;
  }

  to(row, column) {
    if (row) this.focus(row, column);
    return true;
  }

  unfold(row) {
    let more = this.more(row);
    if (!more && this.blank) {
      more = this.copied(row.dataset.row).querySelector(".more");
      if (more) row.after(more);
    }
    if (more) {
      more.hidden = !more.hidden;
      row.querySelector("[data-more]")?.setAttribute("aria-expanded", String(!more.hidden));
      (more.hidden ? this.cells(row)[0] : more.querySelector(CELLS))?.focus();
    }
    return true;
  }

  copy(above, cell, column) {
    if (!above) return true;
    const source = this.cells(above)[column];
    if (cell.type === "checkbox") cell.checked = source.checked;
    this.put(cell, source.value, cell.closest("x-ref") ? twin(source)?.value : undefined);
    return true;
  }

  // A reference is its text and, in its twin, which record that stands for.
  put(cell, value, was) {
    cell.value = value;
    if (was !== undefined && cell.closest("x-ref")) twin(cell).value = was;
    cell.dispatchEvent(new Event("change", { bubbles: true }));
  }

  paste(event) {
    const cell = event.target;
    const row = cell.closest?.("tr");
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!row || !cell.matches(CELLS) || !/[\t\n]/.test(text) || row.matches(".more")) return;
    event.preventDefault();
    const lines = text.split("\n").map((line) => line.split("\t"));
    const first = this.cells(row).indexOf(cell);
    const at = this.rows.indexOf(row);
    const missing = at + lines.length - this.rows.length;
    if (missing > 0) this.add(missing);
    const rows = this.rows;
    lines.forEach((values, down) => {
      const cells = rows[at + down] ? this.cells(rows[at + down]) : [];
      values.forEach((value, right) => fill(cells[first + right], value.trim()));
    });
    this.touched();
  }
}

const twin = (cell) => cell.parentElement?.querySelector("input[type=hidden]");

// Put pasted text into a cell: a choice by its label, a tick by a word, anything else as it is (the server reads it).
function fill(cell, value) {
  if (!cell) return;
  if (cell.type === "checkbox") cell.checked = /^(1|true|yes|y|是|√|✓)$/i.test(value);
  else if (cell.matches("select")) {
    const option = [...cell.options].find((each) => each.value === value || each.label === value);
    if (option) cell.value = option.value;
  } else cell.value = value;
}

customElements.define("x-grid", Grid);
