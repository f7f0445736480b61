// Buttons for one more and one less beside every number; leaving a line out without a page in between.
const step = (input, by) => {
  const now = Number(input.value.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 65248))) || 0;
  const next = Math.max(0, Math.round((now + by) * 10000) / 10000);
  input.value = next ? String(next) : "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

for (const box of document.querySelectorAll("[data-many]")) {
  const input = box.querySelector("input");
  for (const [sign, by] of [["−", -1], ["+", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", `${by > 0 ? box.dataset.more : box.dataset.less} ${input.getAttribute("aria-label")}`);
    button.addEventListener("click", () => step(input, by));
    by > 0 ? box.append(button) : box.prepend(button);
  }
}

for (const tick of document.querySelectorAll(".cut > [type=checkbox]")) {
  const number = tick.closest("li").querySelector("[data-many] input");
  const was = number.value;
  const set = () => {
    number.value = tick.checked ? "" : was || number.value;
    tick.closest("li").classList.toggle("gone", tick.checked);
  };
  tick.addEventListener("change", set);
}
