// Ctrl K. The palette itself is fetched when it is first wanted.
const dialog = document.getElementById("palette");

export function openPalette(text = "") {
  if (!dialog || dialog.open) return;
  const input = dialog.querySelector("input");
  input.value = text;
  dialog.showModal();
  input.setSelectionRange(text.length, text.length);
  import("./own/palette.js").then(({ begin }) => begin());
}

// A click or the first letter opens it; merely coming by with the Tab key does not.
const field = document.querySelector("[data-palette]");
field?.addEventListener("click", () => openPalette());
field?.addEventListener("input", (event) => {
  if (event.isComposing) return;
  openPalette(field.value);
  field.value = "";
});
dialog?.addEventListener("click", (event) => event.target === dialog && dialog.close());

// What was opened lately, for this person in this browser; gone on sign-out.
const LATELY = "lately";
const MOST = 8;
const person = document.querySelector('meta[name="person"]')?.content ?? "";

export function lately() {
  try {
    const kept = JSON.parse(localStorage.getItem(LATELY) ?? "{}");
    return kept.person === person ? kept.items : [];
  } catch {
    return [];
  }
}

function remember() {
  const title = document.querySelector("main h1");
  const hint = document.querySelector(".crumb a")?.textContent ?? "";
  if (!person || !title || !/^\/o\/\w+\/\d+$/.test(location.pathname)) return;
  const here = { label: title.textContent.trim(), href: location.pathname, hint };
  const items = [here, ...lately().filter(({ href }) => href !== here.href)].slice(0, MOST);
  try {
    localStorage.setItem(LATELY, JSON.stringify({ person, items }));
  } catch {
    // Storage is switched off or full: nothing is remembered, and nothing was promised.
  }
}

remember();
document.addEventListener("submit", (event) => event.target.matches("[data-sign-out]") && localStorage.removeItem(LATELY));
