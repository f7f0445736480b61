// The board with a mouse: a card that is dragged does what its menu says for the column it is dropped on, and nothing else.
import { put } from "../region.js";
import { element, toast } from "../words.js";

const form = () => document.getElementById("mover");
const board = () => document.getElementById("board");
const ways = (card) => [...card.querySelectorAll("[data-move]")];
const status = () => document.querySelector("[data-moved]");
let held = null;

function ready() {
  for (const card of board().querySelectorAll("[data-card]")) if (ways(card).some((each) => each.dataset.move)) card.draggable = true;
}

function mark(card) {
  const open = new Set(card ? ways(card).map((each) => each.dataset.move) : []);
  for (const lane of board().querySelectorAll("[data-lane]")) {
    lane.classList.toggle("takes", card !== null && open.has(lane.dataset.lane));
    lane.classList.toggle("closed", card !== null && !open.has(lane.dataset.lane) && !lane.contains(card));
  }
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  held = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.querySelector("a.key").textContent);
  mark(card);
});
document.addEventListener("dragend", () => {
  held = null;
  mark(null);
});
document.addEventListener("dragover", (event) => {
  if (held && event.target.closest?.(".lane.takes")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const lane = held && event.target.closest?.(".lane.takes");
  if (!lane) return;
  event.preventDefault();
  const card = held;
  const way = ways(card).find((each) => each.dataset.move === lane.dataset.lane);
  mark(null);
  if (way) move(card, way, lane);
});

// The menu of a card does the same without leaving the page.
document.addEventListener("click", (event) => {
  const way = event.target.closest?.("[data-card] [data-move]");
  if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = way.closest("[data-card]");
  move(card, way, document.querySelector(`[data-lane="${CSS.escape(way.dataset.move)}"]`));
});

function move(card, way, lane) {
  if (card.hasAttribute("aria-busy")) return null;
  card.querySelector("details")?.removeAttribute("open");
  if (way.matches("a")) return ask(card, way, lane);
  const data = new URLSearchParams(new FormData(form()));
  data.set("do", way.value);
  data.set("_key", [...crypto.getRandomValues(new Uint32Array(4))].map((each) => each.toString(36)).join(""));
  return send(card, lane, way.getAttribute("formaction"), data);
}

// The card goes at once; if the house says no, it comes back with the reason.
async function send(card, lane, address, data) {
  const from = card.parentElement;
  const next = card.nextElementSibling;
  card.querySelector(".err")?.remove();
  lane?.querySelector("ol")?.prepend(card);
  card.setAttribute("aria-busy", "true");
  let faults;
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: data.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    const told = await answer.json();
    const no = told.results?.filter((each) => !each.ok).map((each) => each.text);
    faults = answer.ok ? no ?? [] : (told.faults ?? [{ text: told.title ?? "" }]).map((each) => each.text ?? each);
  } catch (fault) {
    faults = [fault.message];
  }
  card.removeAttribute("aria-busy");
  const name = card.querySelector("a.key").textContent;
  if (faults.length) {
    from.insertBefore(card, next?.parentElement === from ? next : null);
    card.append(element("p", faults.join(" "), { class: "err", role: "alert" }));
    tell("refused", { name, why: faults.join(" ") });
    return false;
  }
  await fresh();
  const now = document.querySelector(`[data-card="${CSS.escape(card.dataset.card)}"]`);
  const place = now?.closest(".lane") ?? lane;
  tell("moved", { name, lane: place?.querySelector("h2").firstChild.textContent.trim() ?? "" });
  (now?.querySelector("summary, a.key") ?? board()).focus();
  return true;
}

function tell(kind, values) {
  const text = status().dataset[kind].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  status().textContent = text;
  toast(text);
}

async function fresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  put(page, "#board");
  ready();
}

// A step that asks something: its small form in a dialog.
async function ask(card, way, lane) {
  const answer = await fetch(way.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const asked = page.getElementById("deed");
  if (!asked) return location.assign(way.href);
  const dialog = element("dialog", "", { "aria-label": way.textContent });
  dialog.append(asked);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  asked.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const data = new URLSearchParams(new FormData(asked));
    data.set("do", event.submitter.value);
    dialog.close();
    if (!(await send(card, lane, asked.action, data))) card.querySelector("summary")?.focus();
  });
  dialog.showModal();
}

// What colleagues do puts the whole part of the page anew.
new MutationObserver(ready).observe(document.getElementById("main"), { childList: true });
ready();
