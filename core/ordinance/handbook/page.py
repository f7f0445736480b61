"""A handbook as HTML, for the site's page and for a file to be printed, and as Markdown."""

from __future__ import annotations

from ordinance.drawing import Picture, paint
from ordinance.drawing.names import Names
from ordinance.handbook.duties import Chapter, Handbook, Section
from ordinance.handbook.html import document, items, tag, words
from ordinance.handbook.vocabulary import say


def drawing_html(picture: Picture, names: Names, kind: str = "") -> str:
    """Return the drawing twice, for wide and for narrow windows; a style sheet shows the one that fits."""
    framed = {"tabindex": "0", "role": "group", "aria-label": picture.title}
    wide = tag("div", paint(picture, names, layout="wide", kind=kind), "wide-only scroll", **framed)
    return tag("figure", wide + tag("div", paint(picture, names, layout="tall", kind=kind), "tall-only"), "drawn")


def body_html(book: Handbook) -> str:
    """Return the content of a handbook without what stands around it."""
    parts = [words("p", say(book.locale, "lead" if book.chapters else "no_steps"), "lead")]
    parts += [_chapter(book, each) for each in book.chapters]
    if book.may:
        parts.append(words("h2", say(book.locale, "may")) + items(book.may, "may"))
    if book.apart:
        parts.append(words("h2", say(book.locale, "duties")) + items(book.apart))
    return "".join(parts)


def page_html(book: Handbook) -> str:
    """Return a handbook as a page of its own."""
    title = say(book.locale, "handbook_of", role=book.label)
    line = f"{book.company} · {say(book.locale, 'revision', hash=book.revision)}"
    return document(title, words("h1", title) + words("p", line, "mute") + body_html(book), book.locale)


def _chapter(book: Handbook, chapter: Chapter) -> str:
    parts = [words("h2", chapter.label), drawing_html(chapter.picture, book.names, "one")]
    if chapter.steps:
        parts.append(words("h3", say(book.locale, "my_steps")))
        parts += [_section(book, each) for each in chapter.steps]
    if chapter.lanes:
        parts.append(words("h3", say(book.locale, "my_lanes")))
        parts += [_section(book, each) for each in chapter.lanes]
    return tag("section", "".join(parts))


def _section(book: Handbook, section: Section) -> str:
    label = say(book.locale, "step_n", n=section.number, label=section.label) if section.number else section.label
    parts = [words("h4", label)]
    if section.is_off:
        parts.append(words("p", say(book.locale, "stopped"), "mute"))
    if section.instruction:
        parts.append(words("p", section.instruction, "told"))
    facts = "".join(words("dt", each.label) + tag("dd", _said(each.items)) for each in section.facts)
    parts.append(tag("dl", facts))
    return tag("article", "".join(parts), "duty off" if section.is_off else "duty")


def _said(texts: tuple[str, ...]) -> str:
    return items(texts) if len(texts) > 1 else "".join(words("span", each) for each in texts)


def markdown(book: Handbook) -> str:
    """Return a handbook as Markdown, without its drawings."""
    lines = [f"# {say(book.locale, 'handbook_of', role=book.label)}", ""]
    lines += [f"{book.company} · {say(book.locale, 'revision', hash=book.revision)}", ""]
    lines += [say(book.locale, "lead" if book.chapters else "no_steps"), ""]
    for chapter in book.chapters:
        lines += [f"## {chapter.label}", ""]
        for section in (*chapter.steps, *chapter.lanes):
            lines += _section_lines(book, section)
    for key, told in (("may", book.may), ("duties", book.apart)):
        if told:
            lines += [f"## {say(book.locale, key)}", "", *(f"- {each}" for each in told), ""]
    return "\n".join(lines).rstrip() + "\n"


def _section_lines(book: Handbook, section: Section) -> list[str]:
    number = f"{section.number}. " if section.number else ""
    lines = [f"### {number}{section.label}", ""]
    lines += [f"> {section.instruction}", ""] if section.instruction else []
    lines += [f"*{say(book.locale, 'stopped')}*", ""] if section.is_off else []
    colon = "：" if book.locale.startswith("zh") else ": "
    lines += [f"- **{each.label}**{colon}{book.names.listed(each.items)}" for each in section.facts]
    return [*lines, ""]
