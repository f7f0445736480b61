// Settings: choosing goes at once; a secret can be copied; the table of permissions by arrow keys, with what differs marked.
document.documentElement.classList.add("js");

document.querySelector(".under .tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-choose]");
  if (choice) choice.form.requestSubmit();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // without TLS there is none; the text selects itself by a click
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}

const table = document.querySelector(".matrix[data-grid]");
const counted = document.querySelector("[data-differs]");

// How many boxes differ from what is in force, said beside the button; a box that differs is marked.
function count() {
  let n = 0;
  for (const box of table.querySelectorAll("input[type=checkbox]")) {
    const differs = box.checked !== box.defaultChecked;
    box.closest("td").classList.toggle("differs", differs);
    n += differs;
  }
  if (counted) counted.textContent = n ? counted.dataset.differs.replace("{n}", n) : counted.dataset.same;
}

function step(box, key) {
  const row = box.closest("tr");
  const at = [...row.children].indexOf(box.closest("td"));
  const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
  const next = {
    ArrowUp: () => rows[rows.indexOf(row) - 1]?.children[at],
    ArrowDown: () => rows[rows.indexOf(row) + 1]?.children[at],
    ArrowLeft: () => row.children[at - 1],
    ArrowRight: () => row.children[at + 1],
    Home: () => row.children[1],
    End: () => row.lastElementChild,
  }[key]?.();
  return next?.querySelector("input[type=checkbox]");
}

if (table) {
  table.addEventListener("change", count);
  table.addEventListener("keydown", (event) => {
    const box = event.target.closest("input[type=checkbox]");
    const next = box && !event.altKey && !event.ctrlKey && step(box, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  count();
}
