// The scan page on the spot: the field always has the focus, codes count at once with colour, sound and words, and a
// step that cannot be sent is kept in this browser, with its key, until the network is back.
import { csrf, person } from "../words.js";

const MARKS = { ok: "✓", all: "✓✓", over: "!", unknown: "✗" };
const TONES = { ok: [880, 0.08], all: [1320, 0.3], over: [300, 0.35], unknown: [200, 0.45] };
const root = () => document.getElementById("scan");
const word = (name, values = {}) =>
  (root().dataset[`w${name}`] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const plain = (text) => text.normalize("NFKC").trim().toLowerCase();
const number = (text) => Math.max(0, Number(text.normalize("NFKC")) || 0);
const short = (many) => String(Math.round(many * 10000) / 10000);

// Sound: browsers allow it only after somebody has touched the page or a key.
let audio = null;
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => (audio ??= window.AudioContext ? new AudioContext() : null), { once: true });
}
function beep(tone) {
  if (!audio) return;
  const [pitch, length] = TONES[tone] ?? TONES.ok;
  const voice = audio.createOscillator(), loud = audio.createGain();
  voice.frequency.value = pitch;
  voice.type = tone === "ok" || tone === "all" ? "sine" : "square";
  loud.gain.value = 0.15;
  voice.connect(loud).connect(audio.destination);
  voice.start();
  voice.stop(audio.currentTime + length);
}

function show(tone, text) {
  const line = root().querySelector("[data-result]");
  line.className = `result ${tone}`;
  line.querySelector("[data-mark]").textContent = MARKS[tone] ?? "";
  line.querySelector("[data-text]").textContent = text;
  beep(tone);
}

// What could not be sent: one store, one entry for each act, its key the idempotency key of the form.
function store(mode, work) {
  return new Promise((done, failed) => {
    const open = indexedDB.open("ordinance-scan", 1);
    open.onupgradeneeded = () => {
      open.result.createObjectStore("unsent", { keyPath: "key" });
      open.result.createObjectStore("pages", { keyPath: "href" });
    };
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
      const act = open.result.transaction(["unsent", "pages"], mode);
      const asked = work(act);
      act.oncomplete = () => (open.result.close(), done(asked?.result));
      act.onerror = () => failed(act.error);
    };
  });
}
const unsent = () =>
  store("readonly", (act) => act.objectStore("unsent").getAll()).then((all) => all.filter((each) => each.person === person));
const keep = (entry) => store("readwrite", (act) => act.objectStore("unsent").put(entry));
const drop = (key) => store("readwrite", (act) => act.objectStore("unsent").delete(key));

async function mark() {
  const chip = root().querySelector("[data-unsent]");
  const many = (await unsent()).length;
  chip.hidden = !many;
  chip.textContent = many ? word("Unsent", { n: many }) : "";
}

const post = (href, body) =>
  fetch(href, { method: "POST", body, headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" } });

let sending = false;
async function flush() {
  if (sending) return;
  sending = true;
  try {
    for (const each of await unsent()) {
      const body = new URLSearchParams(each.body);
      if (body.get("_csrf") !== csrf()) body.set("_csrf", csrf());
      const answer = await post(each.href, body.toString());
      if (answer.status >= 500 || answer.status === 401) break;
      await drop(each.key);
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) show("all", word("Sent", { number: each.number }));
      else show("unknown", word("Failed", { number: each.number, why: (said.faults ?? [answer.status]).join("; ") }));
      for (const link of document.querySelectorAll("[data-number]")) if (answer.ok && link.dataset.number === each.number) link.closest("li")?.remove();
    }
  } catch {
    // Still no network: it is tried again.
  } finally {
    sending = false;
    mark();
  }
}
addEventListener("online", flush);
setInterval(flush, 15000);

// Counting
const rows = () => [...root().querySelectorAll("[data-line]")];
const counted = (row) => number(row.querySelector("input").value);
const wanted = (row) => Number(row.dataset.wanted);

function set(row, many) {
  row.querySelector("input").value = short(many);
  row.classList.toggle("all", many >= wanted(row));
  row.classList.toggle("some", many > 0 && many < wanted(row));
  row.classList.toggle("none", !many);
  const left = rows().reduce((sum, each) => sum + wanted(each) - counted(each), 0);
  root().querySelector("[data-left]").textContent = word("Left", { n: short(left) });
  const query = new URLSearchParams(rows().filter(counted).map((each) => [`n.${each.dataset.line}`, short(counted(each))]));
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  return left;
}

function scan(code) {
  const fits = rows().filter((each) => each.dataset.codes.split("\n").includes(plain(code)));
  const row = fits.find((each) => counted(each) < wanted(each));
  for (const each of rows()) each.classList.toggle("last", each === row);
  if (!fits.length) return show("unknown", word("Unknown", { code }));
  if (!row) {
    const most = fits.reduce((sum, each) => sum + wanted(each), 0);
    return show("over", word("Over", { name: fits[0].dataset.name, most: short(most) }));
  }
  const left = set(row, Math.min(counted(row) + 1, wanted(row)));
  row.scrollIntoView({ block: "nearest" });
  const text = `${row.dataset.name}  ${short(counted(row))} / ${short(wanted(row))}`;
  show(left ? "ok" : "all", left ? text : `${text} · ${word("All")}`);
}

function steppers() {
  for (const row of rows()) {
    const input = row.querySelector("input");
    input.addEventListener("change", () => set(row, Math.min(counted(row), wanted(row))));
    for (const [sign, by, name] of [["−", -1, "Less"], ["+", 1, "More"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${word(name)} ${row.dataset.name}`);
      button.addEventListener("click", () => {
        if (by > 0 && counted(row) >= wanted(row)) {
          return show("over", word("Over", { name: row.dataset.name, most: short(wanted(row)) }));
        }
        set(row, Math.min(Math.max(0, counted(row) + by), wanted(row)));
      });
      by > 0 ? input.after(button) : input.before(button);
    }
  }
}

async function finish(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter)).toString();
  const entry = { key: form.elements._key.value, href: form.getAttribute("action"), body, number: root().dataset.number, person };
  submitter.setAttribute("aria-busy", "true");
  try {
    const answer = await post(entry.href, body);
    if (answer.ok) return location.assign((await answer.json()).location);
    const said = await answer.json().catch(() => ({}));
    show("over", (said.faults ?? [String(answer.status)]).join("; "));
  } catch {
    await keep(entry);
    show("over", word("Kept", { number: entry.number }));
    submitter.disabled = true;
    mark();
  } finally {
    submitter.removeAttribute("aria-busy");
  }
}

// Pages of waiting documents are kept for when there is no network.
async function remember() {
  for (const link of [...document.querySelectorAll(".waits a")].slice(0, 10)) {
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok) return;
    const html = await answer.text();
    await store("readwrite", (act) => act.objectStore("pages").put({ href: link.getAttribute("href"), html, person }));
  }
}

async function open(href) {
  const known = await fetch(href).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null)
    ?? (await store("readonly", (act) => act.objectStore("pages").get(href)).then((page) => (page?.person === person ? page.html : null)));
  const fresh = known && new DOMParser().parseFromString(known, "text/html").getElementById("scan");
  if (!fresh) return location.assign(href);
  root().replaceWith(fresh);
  history.pushState(null, "", href);
  begin();
}
addEventListener("popstate", () => location.reload());

function begin() {
  const form = root().querySelector("form");
  const field = root().querySelector("[data-code]");
  field.focus({ preventScroll: true });
  if (root().dataset.scan === "card") steppers();
  form.addEventListener("submit", (event) => {
    const code = field.value.trim();
    if (event.submitter?.value === "finish") {
      event.preventDefault();
      return void finish(form, event.submitter);
    }
    if (root().dataset.scan === "card") {
      event.preventDefault();
      field.value = "";
      if (code) scan(code);
      return;
    }
    const link = [...document.querySelectorAll("[data-number]")].find((each) => plain(each.dataset.number) === plain(code));
    if (!link) return navigator.onLine === false ? (event.preventDefault(), show("unknown", word("Document", { code }))) : undefined;
    event.preventDefault();
    field.value = "";
    open(link.getAttribute("href"));
  });
  for (const link of root().querySelectorAll(".waits a")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link.getAttribute("href"));
    });
  }
  mark();
}

// A scanner is a keyboard: what it types goes into the field, wherever the focus was lost to.
document.addEventListener("keydown", (event) => {
  const field = root().querySelector("[data-code]");
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!document.activeElement?.matches("input, textarea, select, [contenteditable]")) field.focus({ preventScroll: true });
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("input, textarea, select, a, label, summary")) root().querySelector("[data-code]").focus({ preventScroll: true });
});

begin();
flush();
if (root().dataset.scan === "start") remember();
