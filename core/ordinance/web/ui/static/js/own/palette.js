// The palette: what one opened lately, what one can do, where one can go, and records as the server finds them.
import { lately } from "../palette.js";
import { composing, csrf, element, say } from "../words.js";

const PAUSE = 120;
const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const count = element("p", "", { class: "sr", role: "status" });
let known = null;
let request = null;
let timer = 0;
let at = 0;
let rows = [];
let found = [];
let chosen = false; // whether a row was moved to; then it stays chosen when more rows come

const plain = (text) => text.normalize("NFKC").toLowerCase();

async function offers() {
  const answer = await fetch("/palette", { headers: { accept: "application/json" } });
  known = answer.ok ? (await answer.json()).offers : [];
}

// Every word that was typed must be there; what begins so comes first.
function fitting(kind, words) {
  const fit = [];
  for (const each of known ?? []) {
    if (each.kind !== kind) continue;
    const label = plain(each.label);
    const all = `${label} ${each.words}`;
    if (!words.every((word) => all.includes(word))) continue;
    const rank = label.startsWith(words[0] ?? "") ? 0 : ` ${all}`.includes(` ${words[0] ?? ""}`) ? 1 : 2;
    fit.push([rank, each]);
  }
  return fit.sort(([a], [b]) => a - b).map(([, each]) => each);
}

function show() {
  const before = chosen ? rows[at]?.[1] : null;
  const text = input.value.trim();
  const words = plain(text).split(/\s+/).filter(Boolean);
  const acts = fitting("act", words);
  const pages = fitting("page", words);
  const parts = text
    ? [["records", found], ["pages", pages.slice(0, 8)], ["actions", acts.slice(0, 6)]]
    : [["recent", lately()], ["pages", pages.slice(0, 12)], ["actions", acts.slice(0, 8)]];
  rows = [];
  list.replaceChildren(...parts.filter(([, items]) => items.length).map(([name, items]) => {
    const group = element("div", "", { role: "group", "aria-labelledby": `go-${name}` });
    group.append(element("p", say(name), { id: `go-${name}`, role: "presentation" }));
    for (const item of items) {
      const row = element("div", "", { role: "option", id: `go-${rows.length}`, "data-at": rows.length, "aria-selected": "false" });
      row.append(element("span", item.label), element("small", item.hint ?? ""));
      rows.push([row, item]);
      group.append(row);
    }
    return group;
  }));
  if (!rows.length && text) list.append(element("div", say("no_results", { text }), { class: "mute", role: "option", "aria-disabled": "true", "aria-selected": "false" }));
  input.setAttribute("aria-expanded", String(rows.length > 0));
  count.textContent = text ? say("results_count", { n: rows.length }) : "";
  const again = before ? rows.findIndex(([, item]) => item.label === before.label && item.href === before.href) : 0;
  move(Math.max(again, 0));
}

function move(to) {
  at = rows.length ? (to + rows.length) % rows.length : 0;
  rows.forEach(([row], index) => row.setAttribute("aria-selected", String(index === at)));
  rows[at]?.[0].scrollIntoView({ block: "nearest" });
  if (rows[at]) input.setAttribute("aria-activedescendant", rows[at][0].id);
  else input.removeAttribute("aria-activedescendant");
}

function take(index, apart = false) {
  const item = rows[index]?.[1];
  if (!item) return false;
  if (item.send?.to) return send(item.send);
  if (apart) window.open(item.href, "_blank", "noopener");
  else location.assign(item.href);
  if (/\/export\?|#/.test(item.href)) dialog.close();
  return true;
}

// Some acts are forms: language, theme, sign-out.
function send({ to, ...values }) {
  const form = document.querySelector(`form[action="${to}"][data-sign-out]`) ?? element("form", "", { method: "post", action: to });
  if (!form.isConnected) {
    for (const [name, value] of Object.entries({ _csrf: csrf(), _back: location.pathname + location.search, ...values })) {
      form.append(element("input", "", { type: "hidden", name, value }));
    }
    document.body.append(form);
  }
  form.requestSubmit();
  return true;
}

function type() {
  clearTimeout(timer);
  request?.abort();
  const text = input.value.trim();
  const words = plain(text).split(/\s+/);
  chosen = false;
  found = text ? found.filter(({ label, hint }) => words.every((word) => plain(`${label} ${hint}`).includes(word))) : [];
  show();
  if (!text) return;
  timer = setTimeout(async () => {
    request = new AbortController();
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { signal: request.signal, headers: { accept: "application/json" } });
      if (!answer.ok || input.value.trim() !== text) return;
      found = (await answer.json()).items;
      show();
    } catch (fault) {
      if (fault.name !== "AbortError") console.info(fault.message);
    }
  }, PAUSE);
}

export async function begin() {
  if (known) return type();
  type();
  await offers();
  if (dialog.open) type();
}

dialog.append(count);
input.addEventListener("input", (event) => event.isComposing || type());
input.addEventListener("compositionend", type);
input.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    chosen = true;
    move(at + step);
  } else if (event.key === "Home" && !input.value) move(0);
  else if (event.key === "Enter") {
    // Whoever is quicker than the answer gets it as a page.
    if (!take(at, event.ctrlKey || event.metaKey) && input.value.trim()) input.form.submit();
  } else return;
  event.preventDefault();
});
list.addEventListener("pointermove", (event) => {
  const row = event.target.closest("[data-at]");
  if (!row || Number(row.dataset.at) === at) return;
  chosen = true;
  move(Number(row.dataset.at));
});
list.addEventListener("click", (event) => take(Number(event.target.closest("[data-at]")?.dataset.at ?? -1), event.ctrlKey || event.metaKey));
