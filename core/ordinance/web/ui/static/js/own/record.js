// A record's page beside its form: notes with mentions, files, small forms in a dialog, choices after a conflict.
import { swap } from "../region.js";
import { csrf, element, say, toast } from "../words.js";

const here = () => location.pathname + location.search;
const refresh = (selector, address = here()) => swap(address, selector, { push: false });

async function post(form, body, button) {
  button?.setAttribute("aria-busy", "true");
  const typed = typeof body === "string" ? { "content-type": "application/x-www-form-urlencoded" } : {};
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json", "x-csrf-token": csrf(), ...typed } });
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    if (!answer.ok) throw told;
    return told;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

const complain = (fault) => toast(fault?.faults?.map((each) => each.text).join(" ") || fault?.detail || say("offline"));

function encoded(form, button) {
  const data = new URLSearchParams(new FormData(form));
  if (button?.name) data.set(button.name, button.value);
  return data.toString();
}

// Notes and files are sent without leaving the page; the region they stand in is fetched anew.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiet], [data-upload], [data-small]")) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  try {
    if (form.matches("[data-upload]")) await sendFiles(form, [...form.elements.file.files]);
    else if (form.matches("[data-small]")) await sendSmall(form, event.submitter);
    else {
      await post(form, encoded(form, event.submitter), event.submitter);
      await refresh(form.closest("#files") ? "#files" : "#story");
      if (form.matches(".say")) document.getElementById("note-box")?.focus();
    }
  } catch (fault) {
    complain(fault);
  } finally {
    delete form.dataset.sent;
  }
}, true);

async function sendFiles(form, files) {
  for (const file of files) {
    toast(say("file_sending", { name: file.name }));
    const data = new FormData();
    for (const box of form.elements) if (box.name && box.type !== "file" && (box.type !== "checkbox" || box.checked)) data.append(box.name, box.value);
    data.delete("_key");
    data.append("file", file);
    await post(form, data, form.querySelector("button"));
  }
  if (files.length) await refresh("#files");
  refresh("#story");
}

// The one button chooses a file and sends it; without this module there is the browser's own field beside it.
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-upload] button")?.form;
  if (!form || form.elements.file.files.length) return;
  event.preventDefault();
  form.elements.file.click();
});
document.addEventListener("change", ({ target }) => target.matches?.("[data-upload] [type=file]") && target.files.length && target.form.requestSubmit());

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    const place = event.target.closest?.("[data-drop]");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!place || (name === "drop" && !files.length)) return;
    event.preventDefault();
    if (name === "drop") sendFiles(place.querySelector("form[data-upload]"), files).catch(complain);
  });
}

// The history: one kind of line, or what is older.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-story]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.button) {
    event.preventDefault();
    refresh("#story", link.href);
  }
  const small = event.target.closest?.("a[data-small-form]");
  if (small && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openSmall(small.href, () => refresh("#story"));
  }
});

// A small form in a dialog: it is a page of its own without this module.
async function openSmall(address, done) {
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form[data-small]");
    if (!answer.ok || !form) return location.assign(address);
    const title = page.querySelector("h1")?.textContent ?? "";
    const dialog = element("dialog", "", { "aria-label": title });
    form.prepend(element("h2", title));
    form.done = done;
    dialog.append(form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    const first = [...form.querySelectorAll(".field .input")].find((each) => !each.value);
    (first ?? form.querySelector(".input"))?.focus();
  } catch (fault) {
    complain(fault);
  }
}

async function sendSmall(form, button) {
  try {
    const told = await post(form, encoded(form, button), button);
    form.closest("dialog")?.close();
    if (form.done) form.done(told);
    else location.assign(told.location);
  } catch (fault) {
    const place = form.querySelector("[data-faults]");
    if (!place || !fault?.faults) throw fault;
    if (fault.key) form.elements._key.value = fault.key;
    place.replaceChildren(...fault.faults.map((each) => element("p", each.text)));
    place.hidden = false;
    for (const box of form.elements) if (box.name) box.toggleAttribute("aria-invalid", false);
    const wrong = Object.keys(fault.errors ?? {}).map((name) => form.elements.namedItem(name)).filter((box) => box?.setAttribute);
    for (const box of wrong) box.setAttribute("aria-invalid", "true");
    wrong[0]?.focus();
  }
}

// “+ New” in a list of suggestions makes the record on the way and takes it.
document.addEventListener("make", ({ target, detail }) => {
  const address = `/o/${target.dataset.entity}/new?short&called=${encodeURIComponent(detail)}`;
  openSmall(address, (told) => {
    target.set(told.id, told.label);
    target.input.focus();
    target.input.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

// After a conflict: a choice puts its value into the form; typing there is a choice as well.
document.addEventListener("change", (event) => {
  const { target } = event;
  if (!target.matches?.("[data-pick]")) return;
  const box = document.getElementById(`f-${target.dataset.pick.replaceAll(".", "-")}`);
  if (!box) return;
  if (target.dataset.id) box.closest("x-ref")?.set(target.dataset.id, target.dataset.value);
  else box.value = target.dataset.value;
});

document.addEventListener("input", ({ target }) => {
  if (!target.name || target.name.startsWith("_")) return;
  const mine = document.querySelector(`[data-pick="${CSS.escape(target.name)}"][value=mine]`);
  if (mine) mine.checked = true;
});

// A file for a field is sent at once and then ticked; it becomes the record's when the form is saved.
class FileField extends HTMLElement {
  connectedCallback() {
    const action = this.closest("x-form")?.dataset.uploads;
    if (!action || this.ready) return;
    this.ready = true;
    this.action = action;
    const box = element("input", "", { type: "file", class: "sr", tabindex: "-1", "aria-hidden": "true" });
    const button = element("button", `+ ${say("file_pick")}`, { type: "button", class: "button small" });
    button.addEventListener("click", () => box.click());
    box.addEventListener("change", async () => {
      try {
        for (const file of box.files) await this.send(file, button);
      } catch (fault) {
        complain(fault);
      }
      box.value = "";
    });
    this.append(box, button);
  }

  async send(file, button) {
    const data = new FormData();
    data.append("_csrf", csrf());
    data.append("file", file);
    const kept = await post(this, data, button);
    const tick = element("input", "", { type: "several" in this.dataset ? "checkbox" : "radio", name: this.dataset.name, value: kept.id });
    const label = element("label", "", { class: "tick" });
    label.append(tick, element("a", kept.name, { href: kept.href }));
    const item = element("li");
    item.append(label);
    this.querySelector("ul").append(item);
    tick.checked = true;
    tick.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("x-file", FileField);
