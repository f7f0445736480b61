// “Why?” opens its page's answer in a dialog over the present page; without this module the link goes to that page.
import { element, say } from "./words.js";

async function open(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("why");
    if (!answer.ok || !found) return location.assign(link.href);
    const dialog = element("dialog", "", { "aria-labelledby": "why-title" });
    const inside = element("div", "", { class: "ask" });
    const foot = element("footer");
    foot.append(element("button", say("close"), { type: "button", class: "button", "data-close": "" }));
    inside.append(found, foot);
    dialog.append(inside);
    dialog.addEventListener("close", () => (dialog.remove(), link.focus()));
    document.body.append(dialog);
    dialog.showModal();
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-why]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});
