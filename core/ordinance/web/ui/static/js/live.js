// What colleagues do, shown where it is read: regions that name the record are fetched anew, never over unsaved input.
import { put } from "./region.js";
import { csrf, element, say, toast } from "./words.js";

const PAUSE = 1500;
const POLL = 15000;
const QUIET = { accept: "text/html", "x-quiet": "1" };
const waiting = {};
let others = false; // whether it was somebody else who changed the record that is shown

// The part of the page that shows records, and which: `data-feed` says so, or else the address does.
function region() {
  const named = document.querySelector("[data-feed]");
  if (named?.id) return { selector: `#${named.id}`, names: named.dataset.feed.split(" ") };
  const [, entity, what] = location.pathname.match(/^\/o\/(\w+)(?:\/(\w+))?$/) ?? [];
  if (entity && /^\d+$/.test(what ?? "")) return { selector: "#main", names: [`${entity}/${what}`], record: true };
  if (entity && (!what || what === "board" || what === "calendar")) return { selector: "#list", names: [entity] };
  if (location.pathname === "/") return { selector: "#list", names: ["*"] };
  if (location.pathname === "/overview") return { selector: "#main", names: ["*"], pause: POLL };
  return null;
}

function concerns({ names }, { news, all }) {
  return all || news.some(([entity, id]) => names.some((name) => name === "*" || name === entity || name === `${entity}/${id}`
    || (id === "" && name.startsWith(`${entity}/`))));
}

// At most once in a while, and only while somebody looks.
function soon(name, pause, act) {
  if (waiting[name]) return;
  const last = soon[name] ?? 0;
  waiting[name] = setTimeout(() => {
    waiting[name] = 0;
    if (document.hidden) return document.addEventListener("visibilitychange", () => soon(name, 0, act), { once: true });
    soon[name] = Date.now();
    act().catch((fault) => console.info(fault.message));
  }, Math.max(150, last + pause - Date.now()));
}

const changed = (box) => box.matches("[type=checkbox], [type=radio]") ? box.checked !== box.defaultChecked
  : box.matches("select") ? [...box.options].some((each) => each.selected !== each.defaultSelected) && box.selectedIndex > 0
    : box.matches("input, textarea") && box.type !== "hidden" && box.value !== box.defaultValue;

function unsaved(place) {
  if ([...place.querySelectorAll("x-form")].some((each) => each.dirty)) return true;
  return [...place.querySelectorAll("input, textarea, select")].some((box) => !box.closest("x-form") && changed(box));
}

const busy = () => document.querySelector("dialog[open], details.menu[open], [popover]:popover-open");
const version = (place) => place.querySelector("[name=_version]")?.value;

async function page() {
  const answer = await fetch(location.href, { headers: QUIET });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  const at = region();
  if (!at) return;
  if (busy()) return soon("region", 3000, refresh);
  const fresh = await page();
  const old = document.querySelector(at.selector);
  const next = fresh?.querySelector(at.selector);
  if (!old || !next || busy()) return;
  const same = next.textContent === old.textContent && version(next) === version(old);
  if (same) return;
  const foreign = others && version(next) !== version(old);
  others = false;
  if (unsaved(old)) return tell(at, fresh, version(next) !== version(old));
  document.querySelector(".toast.news")?.remove();
  put(fresh, at.selector);
  if (at.record && foreign) toast(say("live_changed"));
}

// With something unsaved nothing moves under one's hands: a note says so, and leads to what was done.
function tell(at, fresh, foreign) {
  const rail = document.querySelector("#rail");
  if (rail && !unsaved(rail)) put(fresh, "#rail");
  if (at.record && !foreign) return;
  document.querySelector(".toast.news")?.remove();
  const note = element("p", say("live_changed"), { class: "toast news", role: "status" });
  const show = element("button", say("live_show"), { class: "link", type: "button" });
  show.addEventListener("click", () => {
    note.remove();
    const now = document.querySelector("#rail");
    if (!at.record) return put(fresh, at.selector);
    now?.scrollIntoView({ block: "nearest" });
    now?.focus();
  });
  note.append(" · ", show);
  document.body.append(note);
}

// Beside a place in the navigation stands how many wait there.
async function counts() {
  const answer = await fetch("/feed/counts", { headers: { accept: "application/json", "x-quiet": "1" } });
  if (!answer.ok || answer.redirected) return;
  const { places, notices } = await answer.json();
  for (const link of document.querySelectorAll("#nav a.to, nav.along a")) {
    const href = link.getAttribute("href");
    if (href !== "/" && !href.includes("?step=")) continue;
    const old = link.querySelector("small");
    const text = String(places[href] || "");
    if ((old?.textContent ?? "") === text) continue;
    old?.remove();
    if (text) link.append(link.closest(".along") ? " " : "", element("small", text));
  }
  const bell = document.querySelector("[data-bell]");
  if (!bell || (bell.querySelector("small")?.textContent ?? "") === String(notices || "")) return;
  bell.querySelector("small")?.remove();
  if (notices) bell.append(element("small", String(notices), { class: "chip mine" }));
}

async function navigation() {
  const fresh = await page();
  if (fresh && !busy()) put(fresh, "#nav");
}

function hear(told) {
  const at = region();
  if (at && concerns(at, told)) {
    others ||= told.all || told.news.some(([entity, id, mine]) => !mine && at.names.includes(`${entity}/${id}`));
    soon("region", at.pause ?? PAUSE, refresh);
  }
  if (told.all) soon("navigation", PAUSE, navigation);
  else if (told.news.length) soon("counts", PAUSE, counts);
}

function share() {
  const worker = new SharedWorker(new URL("./own/feed.js", import.meta.url), { type: "module", name: "feed" });
  const here = () => worker.port.postMessage({ who: csrf() });
  worker.port.onmessage = ({ data }) => hear(data);
  here();
  addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
  addEventListener("pageshow", (event) => event.persisted && here());
}

// Where pages cannot share a stream, the one that is looked at asks now and then.
function ask() {
  let last = "";
  const once = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`/feed/since?after=${last}`, { headers: { accept: "application/json", "x-quiet": "1" } });
      if (!answer.ok || answer.redirected) return;
      const told = await answer.json();
      last = told.last;
      hear(told);
    } catch (fault) {
      console.info(fault.message);
    }
  };
  once();
  setInterval(once, POLL);
}

if (document.querySelector('meta[name="person"]')?.content) {
  if (window.SharedWorker) share();
  else ask();
}
