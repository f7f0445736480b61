// `@` in a note suggests people who may read the record; Ctrl Shift C goes to the note, Ctrl Enter sends it.
import { composing, element } from "../words.js";

let list = null;
let asked = null;

function mention(box) {
  return /(?:^|[^\w])@([^\s@]{0,20})$/.exec(box.value.slice(0, box.selectionStart))?.[1];
}

async function suggest(box) {
  const typed = mention(box);
  asked?.abort();
  if (typed === undefined) return hush();
  asked = new AbortController();
  try {
    const address = `${box.form.dataset.people}?q=${encodeURIComponent(typed)}`;
    const answer = await fetch(address, { signal: asked.signal, headers: { accept: "application/json" } });
    const { items } = answer.ok ? await answer.json() : { items: [] };
    if (!items.length || document.activeElement !== box) return hush();
    show(box, items);
  } catch (fault) {
    if (fault.name !== "AbortError") hush();
  }
}

function show(box, items) {
  list ??= document.body.appendChild(element("div", "", { class: "options", popover: "manual", role: "listbox", id: "people" }));
  list.setAttribute("aria-label", box.getAttribute("aria-label"));
  list.replaceChildren(...items.map(({ label, hint }, at) => {
    const row = element("div", "", { role: "option", id: `person-${at}`, "aria-selected": "false" });
    row.append(element("span", label), element("small", hint));
    row.addEventListener("pointerdown", (event) => (event.preventDefault(), take(box, label)));
    return row;
  }));
  list.names = items.map(({ label }) => label);
  if (!list.matches(":popover-open")) list.showPopover();
  const edge = box.getBoundingClientRect();
  list.style.inlineSize = `${edge.width}px`;
  list.style.left = `${edge.left}px`;
  list.style.top = `${edge.bottom + 4}px`;
  at(box, 0);
}

function at(box, index) {
  list.at = Math.max(0, Math.min(index, list.names.length - 1));
  [...list.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === list.at)));
  box.setAttribute("aria-activedescendant", `person-${list.at}`);
}

function hush() {
  if (list?.matches(":popover-open")) list.hidePopover();
  document.getElementById("note-box")?.removeAttribute("aria-activedescendant");
}

function take(box, name) {
  const caret = box.selectionStart;
  const begin = caret - mention(box).length;
  box.setRangeText(`${name} `, begin, caret, "end");
  hush();
}

document.addEventListener("input", (event) => event.target.id === "note-box" && !event.isComposing && suggest(event.target));
document.addEventListener("compositionend", (event) => event.target.id === "note-box" && suggest(event.target));
document.addEventListener("focusout", (event) => event.target.id === "note-box" && hush());
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "c") {
    event.preventDefault();
    return document.getElementById("note-box")?.focus();
  }
  if (box.id !== "note-box" || composing(event)) return;
  const open = list?.matches(":popover-open");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
  else if (!open) return;
  else if (event.key === "ArrowDown") at(box, list.at + 1);
  else if (event.key === "ArrowUp") at(box, list.at - 1);
  else if (event.key === "Enter" || event.key === "Tab") take(box, list.names[list.at]);
  else if (event.key === "Escape") hush();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
