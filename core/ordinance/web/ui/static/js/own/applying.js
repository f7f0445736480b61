// How far a change has come that is being applied: asked once a second; when it is over, on to what came of it.

const PAUSE_MS = 1000;
const card = document.querySelector("[data-applying]");

function show(found) {
  const bar = card.querySelector("progress");
  const text = card.querySelector("[data-text]");
  if (text.textContent !== found.text) text.textContent = found.text;
  if (found.total > 0) {
    bar.max = found.total;
    bar.value = found.done;
  } else {
    bar.removeAttribute("value");
  }
}

async function look() {
  try {
    const answer = await fetch(card.dataset.applying, { headers: { accept: "application/json" } });
    const found = answer.ok ? await answer.json() : null;
    if (found?.over) {
      location.replace(found.to);
      return;
    }
    if (found) show(found);
  } catch {
    // The program may be starting again; the next look tells.
  }
  setTimeout(look, PAUSE_MS);
}

if (card) setTimeout(look, PAUSE_MS);
