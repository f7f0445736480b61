// How far an import is, without loading the page again; when it rests, the page is shown as it then is.
const PAUSE = 700;
const LATER = 3000;

class Import extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector("progress");
    this.words = this.querySelector("[data-done]");
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    let pause = PAUSE;
    try {
      const answer = await fetch(this.dataset.url, { headers: { accept: "application/json" } });
      if (!answer.ok) return location.reload();
      const found = await answer.json();
      if (!found.busy) return location.reload();
      this.show(found);
    } catch {
      pause = LATER;
    }
    if (this.isConnected) this.timer = setTimeout(() => this.look(), document.hidden ? LATER : pause);
  }

  show({ done, total }) {
    if (this.bar) {
      this.bar.max = total || 1;
      this.bar.value = done;
    }
    if (this.words) this.words.textContent = this.words.dataset.words.replace("{done}", done).replace("{total}", total);
  }
}

customElements.define("x-import", Import);
