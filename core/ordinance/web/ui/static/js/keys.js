// The keyboard map of every page. A single letter counts only outside a field, and can be switched off.
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
  inside.append(element("h2", title), page.querySelector(".key-map"), label, close);
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

function commands(event) {
  const key = event.key.toLowerCase();
  if (key === "k") openPalette();
  else if (key === "s") {
    if (!press("[value=save]:not(.sr)")) return false;
  } else if (key === "enter") {
    if (!press(".first")) return false;
  } else return false;
  return true;
}

function letters(event) {
  const { key } = event;
  if (after === "g") {
    after = "";
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"] a`);
    link?.click();
    return Boolean(link);
  }
  if (key === "?") openKeys();
  else if (key === "/") {
    const field = document.querySelector("[data-filter]");
    if (field) field.select();
    else openPalette();
  } else if (key === "n") document.querySelector("[data-new]")?.click();
  else if (key === "g") after = "g";
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  const open = document.querySelector("dialog[open]");
  if (event.key === "Escape" && !open) {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if (location.hash === "#nav") location.hash = "";
  }
  if (event.ctrlKey || event.metaKey) {
    if (!event.altKey && !open && commands(event)) event.preventDefault();
    return;
  }
  if (event.altKey || open || event.target.matches?.(TYPING) || off()) return;
  if (letters(event) || document.querySelector("x-list")?.key?.(event)) event.preventDefault();
});
