// The keyboard map of every page. A single letter counts only outside a field, and can be switched off.
import { KEYS, stroke } from "./keymap.js";
import { openPalette } from "./palette.js";
import { composing, element, say } from "./words.js";

const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const OFF = "keys-off";
let after = "";

const off = () => localStorage.getItem(OFF) === "1";

// The map of all keys is a page of its own; here it comes as a dialog over the present one.
async function openKeys() {
  const answer = await fetch("/keys", { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const title = page.querySelector("h1").textContent;
  const dialog = element("dialog", "", { id: "keys", "aria-label": title });
  const inside = element("div", "", { class: "ask" });
  const box = element("input", "", { type: "checkbox" });
  const label = element("label", "", { class: "tick" });
  const close = element("button", say("close"), { type: "button", class: "button", "data-close": "" });
  box.checked = off();
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "1" : "0"));
  label.append(box, say("keys_off"));
  const foot = element("footer");
  foot.append(label, close);
  inside.append(element("h2", title), page.querySelector(".key-map"), foot);
  dialog.append(inside);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.querySelector("[data-keys]")?.addEventListener("click", (event) => {
  event.preventDefault();
  event.target.closest("details").open = false;
  openKeys();
});

function press(value) {
  const button = document.querySelector(`button[form=record][name=do]${value}`);
  if (!button) return false;
  button.focus();
  button.click();
  return true;
}

// What the keys of the map do; an act that finds nothing to do leaves the key to the browser.
const ACTS = {
  palette: () => (openPalette(), true),
  filter: () => {
    const field = document.querySelector("[data-filter]");
    if (field) field.select();
    else openPalette();
    return true;
  },
  go: () => (after = "g"),
  new: () => follow("[data-new]"),
  help: () => (openKeys(), true),
  save: () => press("[value=save]:not(.sr)"),
  save_step: () => press(".first"),
  neighbour: (event) => follow(`[data-alt="${event.key}"]`),
  comment: () => {
    const box = document.getElementById("note-box");
    box?.scrollIntoView({ block: "center" });
    box?.focus();
    return Boolean(box);
  },
};
const BOUND = new Map([...KEYS.global, ...KEYS.form].flatMap(([act, ...keys]) => keys.map((key) => [key, ACTS[act]])));

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

// Escape closes what lies on top: a menu, then the navigation of a phone. Dialogs and suggestions see to themselves.
function escape() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (location.hash === "#nav") location.hash = "";
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && escape()) return;
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  if (!chord && (event.target.matches?.(TYPING) || off())) return;
  const second = after;
  after = "";
  if (second && !chord && event.key.length === 1) {
    if (follow(`[data-go="${CSS.escape(event.key.toLowerCase())}"] a`)) event.preventDefault();
    return;
  }
  if (BOUND.get(stroke(event))?.(event) || (!chord && document.querySelector("x-list")?.key?.(event))) event.preventDefault();
});

// On a Mac the key beside the space bar does what Ctrl does elsewhere.
if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("kbd")) key.textContent = key.textContent.replace("Ctrl", "⌘");
}
