// The calendar by keyboard: arrows from day to day, Page Up and Page Down to the range before and after, t to today.
import { swap } from "../region.js";
import { composing } from "../words.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const TYPING = "input, select, textarea, [contenteditable]";

const days = () => [...document.querySelectorAll("[data-day]")];

function ready() {
  const all = days();
  const first = all.find((each) => each.closest(".today")) ?? all[0];
  for (const each of all) each.tabIndex = each === first ? 0 : -1;
}

function at(day) {
  for (const each of days()) each.tabIndex = each === day ? 0 : -1;
  day.focus();
}

async function turn(rel, away) {
  const link = document.querySelector(`.filters a[rel=${rel}]`);
  if (!link) return;
  await swap(link.href, "#list");
  ready();
  const all = days();
  const day = all[away < 0 ? all.length - 1 : 0];
  if (day) at(day);
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TYPING)) return;
  if (document.querySelector("dialog[open], details[open]")) return;
  const all = days();
  const now = all.indexOf(document.activeElement);
  if (event.key === "PageUp") turn("prev", 1);
  else if (event.key === "PageDown") turn("next", 1);
  else if (event.key === "t" && localStorage.getItem("keys-off") !== "1") document.querySelector("[data-today]")?.click();
  else if (event.key in STEPS && now >= 0) {
    const next = all[now + STEPS[event.key]];
    if (next) at(next);
    else turn(STEPS[event.key] < 0 ? "prev" : "next", STEPS[event.key]);
  } else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-by]")) event.target.form.requestSubmit();
});

new MutationObserver(ready).observe(document.getElementById("main"), { childList: true });
ready();
