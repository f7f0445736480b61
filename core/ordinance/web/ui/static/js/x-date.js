// A date as text. The server reads `12-4`, `+3`, `今天`, `t`; here are only the day keys and a button to the calendar.
import { composing, element, say } from "./words.js";

const pad = (number) => String(number).padStart(2, "0");
const iso = (day) => `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;

class DateField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.ready) return;
    this.ready = true;
    input.addEventListener("keydown", (event) => {
      if (composing(event) || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(input.value);
      const day = found ? new Date(+found[1], found[2] - 1, +found[3]) : new Date();
      if (found) day.setDate(day.getDate() + (event.key === "ArrowUp" ? 1 : -1));
      this.set(input, iso(day));
    });
    if (this.closest(".grid")) return;
    const native = element("input", "", { type: "date", tabindex: "-1", "aria-hidden": "true", class: "sr" });
    const button = element("button", say("pick_date"), { type: "button", class: "button quiet", tabindex: "-1" });
    button.addEventListener("click", () => {
      native.value = input.value.slice(0, 10);
      native.showPicker?.();
    });
    native.addEventListener("change", () => native.value && this.set(input, native.value));
    input.after(native, button);
  }

  set(input, day) {
    input.value = day + input.value.slice(10);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  }
}

customElements.define("x-date", DateField);
