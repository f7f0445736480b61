// Ctrl K: pages of the navigation at once, records by number or customer from the server.
import { composing, element, say } from "./words.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("ul");
let request = null;
let timer = 0;
let at = 0;

function places(text) {
  const links = document.querySelectorAll("#nav a.to, nav.along a");
  return [...links].map((link) => ({ label: link.firstChild.textContent.trim(), href: link.getAttribute("href"), hint: say("pages") }))
    .filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
}

function show(items) {
  list.replaceChildren(...items.map((item, index) => {
    const row = element("li", "", { role: "option", id: `go-${index}`, "data-href": item.href, "aria-selected": "false" });
    row.append(element("span", item.label), element("small", item.hint ?? ""));
    return row;
  }));
  if (!items.length && input.value) list.append(element("li", say("no_results", { text: input.value }), { class: "mute", role: "option", "aria-disabled": "true", "aria-selected": "false" }));
  input.setAttribute("aria-expanded", String(items.length > 0));
  move(0);
}

function move(to) {
  const rows = [...list.querySelectorAll("[data-href]")];
  at = Math.max(0, Math.min(to, rows.length - 1));
  rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
  rows[at]?.scrollIntoView({ block: "nearest" });
  if (rows[at]) input.setAttribute("aria-activedescendant", rows[at].id);
  else input.removeAttribute("aria-activedescendant");
}

function type() {
  clearTimeout(timer);
  request?.abort();
  const text = input.value.trim();
  const known = places(text);
  show(known);
  if (!text) return;
  timer = setTimeout(async () => {
    request = new AbortController();
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { signal: request.signal, headers: { accept: "application/json" } });
      if (answer.ok) show([...(await answer.json()).items, ...known]);
    } catch (fault) {
      if (fault.name !== "AbortError") show(known);
    }
  }, 150);
}

export function openPalette(text = "") {
  if (!dialog || dialog.open) return;
  input.value = text;
  dialog.showModal();
  type();
}

if (dialog) {
  input.addEventListener("input", (event) => event.isComposing || type());
  input.addEventListener("compositionend", type);
  input.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at - 1);
    else if (event.key === "Enter") {
      const row = list.querySelectorAll("[data-href]")[at];
      if (!row) return;
      location.assign(row.dataset.href);
    } else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-href]");
    if (row) location.assign(row.dataset.href);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // A click or the first letter opens it; merely coming by with the Tab key does not.
  const field = document.querySelector("[data-palette]");
  field?.addEventListener("click", () => openPalette());
  field?.addEventListener("input", (event) => {
    if (event.isComposing) return;
    openPalette(field.value);
    field.value = "";
  });
}
