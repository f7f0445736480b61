// Fetch a whole page, put one region of it in place, keep address, focus and scroll; a newer request drops an older one.
let running = null;

export function put(page, selector) {
  const fresh = page.querySelector(selector);
  const old = document.querySelector(selector);
  if (!fresh || !old) return false;
  const focus = document.activeElement;
  const mark = old.contains(focus) ? focus.getAttribute("data-filter") ?? focus.id : null;
  const caret = focus?.selectionStart;
  const typed = focus?.value;
  old.replaceWith(fresh);
  if (mark !== null) {
    const again = mark === "" ? fresh.querySelector("[data-filter]") : document.getElementById(mark);
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
