// The keyboard map: what the handlers go by, and what the page `?` is made of. JSON between the braces: the server reads it.
export const KEYS = {
  "global": [
    ["palette", "Ctrl K"], ["filter", "/"], ["go", "G"], ["new", "N"], ["help", "?"], ["escape", "Escape"]
  ],
  "list": [
    ["move", "J", "K", "ArrowDown", "ArrowUp"], ["pick", "X"], ["range", "Shift X"], ["open", "Enter"], ["act", "A"],
    ["export", "E"]
  ],
  "form": [
    ["save", "Ctrl S"], ["save_step", "Ctrl Enter"], ["neighbour", "Alt ArrowLeft", "Alt ArrowRight"],
    ["comment", "Ctrl Shift C"]
  ],
  "grid": [
    ["cell", "Tab", "Shift Tab"], ["next_row", "Enter"], ["previous_row", "Shift Enter"], ["rows", "ArrowUp", "ArrowDown"],
    ["copy_above", "Ctrl D"], ["cut", "Alt Backspace"], ["more", "Alt Enter"], ["paste", "Ctrl V"], ["restore", "Escape"]
  ],
  "type": [
    ["move", "ArrowDown", "ArrowUp"], ["take", "Enter", "Tab"], ["show_all", "Alt ArrowDown"], ["restore", "Escape"]
  ]
};

// What was pressed as the map has it: `Ctrl K`, `Alt ArrowLeft`, `?`. Ctrl is ⌘ on a Mac.
export function stroke(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (key.length > 1 || /[A-Z]/.test(key));
  return [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", shift && "Shift", key].filter(Boolean).join(" ");
}
