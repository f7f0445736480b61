// What was typed and not saved, kept in this browser by person, record and version; gone on save and on sign-out (main.js).
import { element, person, say } from "../words.js";

const PREFIX = "draft:";
const name = (host) => `${PREFIX}${person}/${host.dataset.draft}`;

function store(act) {
  try {
    return act(localStorage);
  } catch {
    return null; // storage is switched off or full: no draft, nothing lost that was promised
  }
}

export function keep(host) {
  clearTimeout(host.keeping);
  host.keeping = setTimeout(() => {
    if (host.dirty) store((box) => box.setItem(name(host), JSON.stringify(fields(host))));
    else clear(host);
  }, 800);
}

export function clear(host) {
  clearTimeout(host.keeping);
  store((box) => box.removeItem(name(host)));
}

const fields = (host) => [...new FormData(host.form)].filter(([key]) => !key.startsWith("_"));

export function offer(host) {
  const kept = JSON.parse(store((box) => box.getItem(name(host))) ?? "null");
  if (!kept || JSON.stringify(kept) === JSON.stringify(fields(host))) return;
  const note = element("div", "", { class: "note warn bar", role: "status" });
  const use = element("button", say("draft_use"), { type: "button", class: "button small" });
  const drop = element("button", say("draft_drop"), { type: "button", class: "button small quiet" });
  use.addEventListener("click", () => (restore(host, kept), note.remove()));
  drop.addEventListener("click", () => (clear(host), note.remove()));
  note.append(element("span", say("draft_found")), use, drop);
  host.form.prepend(note);
}

function restore(host, kept) {
  for (const grid of host.querySelectorAll("x-grid")) {
    const indexes = kept.map(([key]) => key.split(".")).filter(([first, , id]) => first === grid.dataset.name && id === "id").map(([, index]) => index);
    const missing = indexes.filter((index) => !grid.querySelector(`tr[data-row="${index}"]`));
    for (const index of missing) {
      grid.next = Number(index);
      grid.add(1);
    }
  }
  const seen = new Map();
  for (const [key, value] of kept) {
    const boxes = [...host.form.elements].filter((each) => each.name === key);
    const at = seen.get(key) ?? 0;
    seen.set(key, at + 1);
    const tick = boxes.find((each) => /checkbox|radio/.test(each.type) && each.value === value);
    if (tick) tick.checked = true;
    else if (boxes[at] && !/checkbox|radio/.test(boxes[at].type)) boxes[at].value = value;
  }
  host.form.dispatchEvent(new Event("change", { bubbles: true }));
}
