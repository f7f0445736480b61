// Many documents in parts: how far it has come, what became of each, and a way to stop. Sent twice, nothing is done twice.
import { element } from "../words.js";

const form = document.getElementById("deed");
const box = document.getElementById("progress");
const batch = Number(form?.dataset.batch);

class Run {
  constructor(button) {
    this.ids = form.elements.ids.value.split(",").filter(Boolean);
    this.bar = box.querySelector("progress");
    this.said = box.querySelector("[data-progress]");
    this.body = box.querySelector("tbody");
    this.do = button.value;
    this.results = [];
    box.querySelector("[data-stop]").addEventListener("click", () => (this.stopped = true));
  }

  async go() {
    for (let at = 0; at < this.ids.length && !this.stopped; at += batch) {
      const answer = await this.send(this.ids.slice(at, at + batch));
      if (!answer) return;
      for (const each of answer) this.show(each);
      this.bar.value = this.results.length;
      this.tell(this.said.dataset.said, { done: this.results.length, n: this.ids.length });
    }
    this.finish();
  }

  async send(ids) {
    const data = new URLSearchParams(new FormData(form));
    data.set("ids", ids.join());
    data.set("do", this.do);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: data.toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      });
      const told = await answer.json();
      if (answer.ok) return told.results;
      this.complain(told.faults ?? [told.title ?? ""]);
    } catch {
      this.complain([this.said.dataset.broken]);
    }
    return null;
  }

  complain(faults) {
    document.getElementById("complaint")?.remove();
    const note = element("div", faults.join(" "), { class: "note bad", id: "complaint", role: "alert" });
    form.before(note);
    form.hidden = false;
    box.hidden = this.results.length === 0;
  }

  show({ href, title, ok, text }) {
    this.results.push({ ok, text });
    const row = element("tr");
    const link = element("a", title, { class: "key", href });
    const chip = element("span", ok ? this.body.dataset.yes : this.body.dataset.no, { class: `chip ${ok ? "done" : "late"}` });
    for (const [each, inside] of [[link, true], [chip, true], [text, false]]) {
      const cell = element("td", inside ? "" : each);
      if (inside) cell.append(each);
      row.append(cell);
    }
    if (ok) this.body.append(row);
    else this.body.prepend(row);
  }

  tell(words, values) {
    this.said.textContent = words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  finish() {
    const refused = this.results.filter((each) => !each.ok);
    const passed = this.results.length - refused.length;
    const why = [...new Set(refused.map((each) => each.text))].slice(0, 3).join("; ");
    this.tell(refused.length ? this.said.dataset.passed : this.said.dataset.allPassed, { n: passed, m: refused.length, why });
    box.querySelector("[data-stop]").hidden = true;
    const back = box.querySelector("[data-finished]");
    back.hidden = false;
    back.focus();
  }
}

form?.addEventListener("submit", (event) => {
  if (Number(form.dataset.count) <= batch) return;
  event.preventDefault();
  if (!form.reportValidity()) return;
  form.hidden = true;
  box.hidden = false;
  new Run(event.submitter).go();
}, { capture: true });
