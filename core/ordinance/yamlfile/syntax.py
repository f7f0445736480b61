"""What the YAML scanner refuses, said in words for people who write configuration."""

from __future__ import annotations

import re
from typing import Any

from ordinance.problems import Place, Problem, Text, problem

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters nobody can see and YAML or a reader would misread: control, direction, line separators, a late BOM."""

_KEY_ALONE = re.compile(r" *([^\s:]+)")
_CLOSERS = {"',' or ']'": "]", "',' or '}'": "}"}
_BY_PROBLEM = {
    "mapping values are not allowed in this context": "colon_in_value",
    "could not find expected ':'": "missing_colon",
    "did not find expected key": "bad_indentation",
    "did not find expected '-' indicator": "bad_indentation",
    "did not find expected <document start>": "bad_indentation",
    "found unknown escape character": "bad_escape",
    "found undefined tag handle": "tag",
}
_OPENED_HERE = Text("从这里开始", "it began here")


def place_at(text: str, name: str, index: int) -> Place:
    """Return the place of the character at an index of the text."""
    before = text[:index]
    return Place(name, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def check_characters(text: str, name: str, most: int = 20) -> list[Problem]:
    """Return a problem for each invisible character, at most `most` of them."""
    found: list[Problem] = []
    for match in INVISIBLE.finditer(text):
        found.append(
            problem("control_character", place_at(text, name, match.start()), character=f"U+{ord(match.group()):04X}")
        )
        if len(found) == most:
            break
    return found


def explain(error: Any, text: str, name: str) -> Problem:
    """Return the problem that an exception of the YAML library stands for.

    Args:
        error: Any exception; those of the library carry `problem` and marks.
        text: The file's text.
        name: The file's name.
    """
    what = str(getattr(error, "problem", None) or error).split("\n")[0]
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return problem("yaml_syntax", Place(name, 1, 1), detail=what)
    place = Place(name, mark.line + 1, mark.column + 1)
    related = _opened(name, mark, context)
    closer = next((char for words, char in _CLOSERS.items() if words in what), "")
    at_end = not text[mark.index :].strip()
    if at_end and ("unexpected end" in what or closer or "node content" in what):
        return problem("cut_off", place_at(text, name, len(text.rstrip())), related=related)
    before = text[text.rfind("\n", 0, mark.index) + 1 : mark.index]
    if closer and text[mark.index : mark.index + 1] == ":" and not _KEY_ALONE.fullmatch(before):
        return problem("colon_in_value", place)
    if closer:
        return problem("not_closed", place, related=related, wanted=closer)
    if "cannot start any token" in what:
        character = text[mark.index : mark.index + 1]
        return problem("tab", place) if character == "\t" else problem("bad_start", place, character=character)
    if what == "found unexpected ':'" and context is not None:
        return problem("missing_blank", place, key=text[context.index : mark.index + 1])
    code = _BY_PROBLEM.get(what, "yaml_syntax")
    if code == "colon_in_value" and (key := _KEY_ALONE.fullmatch(before)) and mark.line:
        # The colon belongs to a key that begins its line: the line is only too far in or out.
        return problem("bad_indentation", Place(name, mark.line + 1, key.start(1) + 1, len(key.group(1))))
    return problem(code, place, related=related if code != "bad_indentation" else (), detail=what, tag="!")


def _opened(name: str, mark: Any, context: Any) -> tuple[tuple[Place, Text], ...]:
    if context is None or (context.line, context.column) == (mark.line, mark.column):
        return ()
    return ((Place(name, context.line + 1, context.column + 1), _OPENED_HERE),)
