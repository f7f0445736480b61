"""Small parts of HTML as text: everything that is not ours is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ordinance.drawing.style import TOKENS, style_alone


def tag(name: str, content: str, kind: str = "", **attributes: str) -> str:
    """Return an element around content that is HTML already."""
    given = {"class": kind, **attributes} if kind else attributes
    said = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    return f"<{name}{said}>{content}</{name}>"


def words(name: str, text: str, kind: str = "", **attributes: str) -> str:
    """Return an element around plain text."""
    return tag(name, escape(text), kind, **attributes)


def items(texts: Iterable[str], kind: str = "") -> str:
    """Return a list of plain texts."""
    return tag("ul", "".join(words("li", each) for each in texts), kind)


def document(title: str, body: str, locale: str) -> str:
    """Return a page of its own, to be opened and printed without a server."""
    language = "zh-CN" if locale.startswith("zh") else "en"
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = meta + words("title", title)
    style = f"<style>{_palette()}{HANDBOOK}{_ALONE}{style_alone()}</style>"
    inner = tag("head", head + style) + tag("body", body, "handbook")
    return f"<!doctype html>\n{tag('html', inner, lang=language)}\n"


def _palette() -> str:
    light, dark = ("".join(f"--{name}:{pair[at]};" for name, pair in TOKENS.items()) for at in (0, 1))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}@media print{{:root{{{light}}}}}\n"


HANDBOOK = """
.handbook {
  h2 { margin-block: 28px 10px; padding-block-end: 4px; border-block-end: 1px solid var(--line); }
  h3 { margin-block: 20px 6px; }
  .duty {
    padding: 12px 16px;
    margin-block: 12px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--card);
    break-inside: avoid;
  }
  .duty > :is(h3, h4) { margin: 0 0 8px; font-size: 15px; font-weight: 600; }
  .duty > p { margin: 0 0 8px; }
  .off { border-style: dashed; }
  .told { border-inline-start: 3px solid var(--accent); padding-inline-start: 10px; }
  dl { display: grid; grid-template-columns: 128px minmax(0, 1fr); gap: 4px 16px; margin: 0; }
  .may { columns: 200px; }
  dt { color: var(--mute); }
  dd { margin: 0; overflow-wrap: anywhere; }
  .drawn { margin: 0 0 16px; }
  .whom { margin: 0; padding-inline-start: 18px; list-style: disc; }
  dd > ul { margin: 0; padding: 0; list-style: none; }
  del { color: var(--mute); }
  ins { text-decoration: none; font-weight: 600; }
  @media (max-width: 760px) {
    dl { grid-template-columns: minmax(0, 1fr); }
    dd { margin-block-end: 6px; }
  }
  @media print {
    .scroll { overflow: visible; }
    .drawing { max-inline-size: 100%; block-size: auto; }
  }
}
"""
"""How the content of a handbook looks, in a page of the site and in a file; in terms of the tokens of the pages."""

_ALONE = """
body {
  margin: 0 auto;
  padding: 24px;
  max-width: 1120px;
  font: 14px/22px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif;
  color: var(--ink);
  background: var(--card);
}
h1 { font-size: 24px; line-height: 32px; margin: 0; }
.mute { color: var(--mute); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 6px 10px; border: 1px solid var(--line); }
th { background: var(--sunk); font-weight: 500; }
.scroll { overflow-x: auto; }
.tall-only { display: none; }
@media (max-width: 760px) { .wide-only { display: none; } .tall-only { display: block; } }
@page { size: A4; margin: 14mm; }
@media print {
  body { padding: 0; max-width: none; }
  .scroll { zoom: .68; }
  .tall-only { display: none; }
  .wide-only { display: block; }
}
"""
