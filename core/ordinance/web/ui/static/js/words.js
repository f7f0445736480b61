// The words of the page's language, sent with the page as a block of JSON.
const block = document.getElementById("words");
const all = block ? JSON.parse(block.textContent) : {};

export function say(key, values = {}) {
  return (all[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";
export const person = document.querySelector('meta[name="person"]')?.content ?? "";

// A keyboard event that belongs to an input method (pinyin): nobody else may act on it.
export const composing = (event) => event.isComposing || event.keyCode === 229;

// `text` in a small element of that name; never markup.
export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// A short message at the foot of the window; with `undo`, a button that takes it back.
export function toast(text, undo) {
  document.querySelector(".toast")?.remove();
  const note = element("p", text, { class: "toast", role: "status" });
  if (undo) {
    const button = element("button", say("undo"), { class: "link", type: "button" });
    button.addEventListener("click", () => (note.remove(), undo()));
    note.append(" ", button);
  }
  document.body.append(note);
  setTimeout(() => note.remove(), undo ? 8000 : 2500);
}
