// Fetch a whole page, put one region of it in place, keep address, focus and scroll; a newer request drops an older one.
let running = null;

export function put(page, selector) {
  const fresh = page.querySelector(selector);
  const old = document.querySelector(selector);
  if (!fresh || !old) return false;
  const focus = document.activeElement;
  const inside = old.contains(focus);
  const mark = inside ? focus.getAttribute("data-filter") ?? focus.id : null;
  const link = inside && focus.matches("a[href]") ? focus.getAttribute("href") : null;
  const caret = focus?.selectionStart;
  const typed = focus?.value;
  const opened = [...old.querySelectorAll("details")].map((each) => each.open);
  const scrolled = [...old.querySelectorAll(".scroll, [id][tabindex]")].map((each) => [each.scrollLeft, each.scrollTop]);
  const here = old.querySelector("tr[data-here] a.key")?.getAttribute("href");
  old.replaceWith(fresh);
  const folds = fresh.querySelectorAll("details");
  if (folds.length === opened.length) folds.forEach((each, at) => (each.open ||= opened[at] && !each.matches(".menu")));
  const boxes = fresh.querySelectorAll(".scroll, [id][tabindex]");
  if (boxes.length === scrolled.length) boxes.forEach((each, at) => ([each.scrollLeft, each.scrollTop] = scrolled[at]));
  if (here && fresh.here) fresh.here([...fresh.rows].findIndex((row) => row.querySelector("a.key")?.getAttribute("href") === here), false);
  if (mark !== null) {
    const known = link ? fresh.querySelector(`a[href="${CSS.escape(link)}"]`) : null;
    const again = mark === "" && !link ? fresh.querySelector("[data-filter]") : known ?? (mark ? document.getElementById(mark) : null);
    if (again && typed !== undefined && again.matches("input")) again.value = typed;
    again?.focus({ preventScroll: true });
    if (caret != null) again?.setSelectionRange?.(caret, caret);
  }
  return true;
}

export async function swap(address, selector, { push = true, replace = false } = {}) {
  running?.abort();
  running = new AbortController();
  const region = document.querySelector(selector);
  region?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: running.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || answer.redirected && new URL(answer.url).pathname !== location.pathname || !put(page, selector)) {
      location.assign(address);
      return;
    }
    document.title = page.title;
    if (push) history[replace ? "replaceState" : "pushState"]({ swap: selector }, "", answer.url);
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  } finally {
    document.querySelector(selector)?.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  history.replaceState({ swap: "#list" }, "");
  swap(link.href, "#list");
});

addEventListener("popstate", (event) => {
  if (event.state?.swap) swap(location.href, event.state.swap, { push: false });
});
