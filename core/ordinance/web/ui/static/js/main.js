// Everything a page may use. Each module stands on plain links and forms that work without it.
import "./x-ref.js";
import "./x-date.js";
import "./keys.js";
import "./why.js";
import "./live.js";

// Small forms in a dialog; menus that close when one looks elsewhere; a button that shows it has been pressed.
document.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const opener = target.closest("[data-dialog], [data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.dialog ?? opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    opener.closest("details.menu")?.removeAttribute("open");
    dialog.showModal();
  }
  const closer = target.closest("[data-close]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.closest("x-form") || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "post") form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll("[aria-busy=true]")) busy.removeAttribute("aria-busy");
});

for (const said of document.querySelectorAll(".toast")) setTimeout(() => said.remove(), 2500);

// What was typed and not saved is kept in this browser (own/draft.js); nothing of it is left for the next person.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
  } catch {
    // storage is switched off, so nothing was kept
  }
});
