"""How a drawing looks. In a page it takes the page's own colours, light and dark; a file of its own brings them along.

Colour is never alone: what is off is dashed, what is new or gone carries a word.
"""

from __future__ import annotations

import re

STYLE = """
.drawing { display: block; font-family: var(--font); }
.drawing:is(.tall, .slim) { max-inline-size: 100%; block-size: auto; margin-inline: auto; }
.drawing text { fill: var(--ink); font-size: 11px; text-anchor: middle; }
.drawing .name { font-size: 13px; font-weight: 600; }
.drawing .who { font-size: 11.5px; fill: var(--mute); }
.drawing .left { text-anchor: start; }
.drawing .quiet { fill: var(--mute); }
.drawing .gate { fill: var(--tint); stroke: var(--accent); stroke-width: 1.25; }
.drawing :is(.panel, .frame) { fill: var(--sunk); stroke: var(--line); }
.drawing :is(.way, .sign, .past, .back, .tick, .maybe) { fill: none; stroke: var(--edge); stroke-width: 1.5; }
.drawing .sign { stroke: var(--mute); stroke-width: 1.25; }
.drawing .tip { fill: var(--edge); stroke: none; }
.drawing .dot { fill: var(--ok); }
.drawing .past { stroke: var(--warn); stroke-width: 2; }
.drawing .maybe { stroke: var(--edge); stroke-width: 1.5; stroke-dasharray: 4 3; }
.drawing .fork { fill: var(--card); stroke: var(--edge); stroke-width: 1.5; }
.drawing .back { stroke: var(--bad); stroke-dasharray: 1 3; stroke-linecap: round; }
.drawing .back-tip { fill: var(--bad); }
.drawing .back-text { fill: var(--bad); }
.drawing .off > .name { fill: var(--mute); font-weight: 400; }
.drawing .entry > .gate { fill: var(--card); stroke: var(--edge); }
.drawing:where(.one, .both) :where(.step, .entry) > .gate { fill: var(--card); stroke: var(--edge); }
.drawing :is(.off, .skipped) > .gate { fill: var(--card); stroke: var(--edge); stroke-dasharray: 4 4; }
.drawing .mine > .gate { fill: var(--tint); stroke: var(--accent); stroke-width: 2; }
.drawing .passed > .gate { fill: var(--ok-weak); stroke: var(--ok); }
.drawing .here > .gate { fill: var(--tint); stroke: var(--accent); stroke-width: 2.5; stroke-dasharray: none; }
.drawing .here > .name { fill: var(--accent); }
.drawing .ok { fill: var(--ok); }
.drawing .tick { stroke: var(--card); stroke-width: 2; }
.drawing .now { fill: var(--accent); }
.drawing .now-text { fill: var(--accent-ink); font-weight: 600; }
.drawing .count { fill: var(--warn-weak); stroke: var(--warn); }
.drawing .count-text { fill: var(--warn); font-weight: 600; }
.drawing .change { fill: var(--card); stroke: var(--accent); }
.drawing .change-text { fill: var(--accent); font-weight: 600; }
.drawing :is(.is-added, .is-on) > .gate { fill: var(--ok-weak); stroke: var(--ok); stroke-width: 2; }
.drawing :is(.is-added, .is-on) > .change { stroke: var(--ok); }
.drawing :is(.is-added, .is-on) > .change-text { fill: var(--ok); }
.drawing .is-removed > .gate { fill: var(--bad-weak); stroke: var(--bad); stroke-width: 2; stroke-dasharray: 6 3; }
.drawing .is-removed > .name { text-decoration: line-through; }
.drawing .is-removed > .change { stroke: var(--bad); }
.drawing .is-removed > .change-text { fill: var(--bad); }
.drawing .is-off > .gate { stroke: var(--warn); stroke-width: 2; }
.drawing .is-off > .change { stroke: var(--warn); }
.drawing .is-off > .change-text { fill: var(--warn); }
.drawing :is(.is-moved, .is-changed) > .gate { stroke: var(--accent); stroke-width: 2; }
"""
"""The rules, in terms of the tokens of the pages."""

FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'

TOKENS: dict[str, tuple[str, str]] = {
    "card": ("#fff", "#1b1e24"),
    "sunk": ("#f1f3f6", "#171a1f"),
    "line": ("#e2e6ec", "#2d323b"),
    "edge": ("#7d8796", "#737d8c"),
    "ink": ("#1b2330", "#e7eaf0"),
    "mute": ("#5a6577", "#a0a9b8"),
    "accent": ("#2457c5", "#8fb3ff"),
    "accent-ink": ("#fff", "#0e1a33"),
    "tint": ("#e9f0ff", "#1f2b47"),
    "ok": ("#18794e", "#5fd39b"),
    "ok-weak": ("#e6f5ee", "#16301f"),
    "warn": ("#8f5300", "#f2b65a"),
    "warn-weak": ("#fff4e0", "#35270f"),
    "bad": ("#b42323", "#ff9b93"),
    "bad-weak": ("#fdecec", "#3a1b1b"),
}
"""The colours of the pages, light and dark, for a drawing that stands alone."""


def style_alone() -> str:
    """Return the rules with their colours put in: plain values first, for programs that know no custom properties."""
    dark = "".join(f"{rule}\n" for rule in _filled(1).splitlines() if re.search(r"(fill|stroke): #", rule))
    return f"{_filled(0)}@media (prefers-color-scheme: dark) {{\n.drawing {{ background: #1b1e24; }}\n{dark}}}\n"


def _filled(at: int) -> str:
    rules = STYLE.lstrip().replace("var(--font)", FONT)
    return re.sub(r"var\(--([a-z-]+)\)", lambda found: TOKENS[found[1]][at], rules)
