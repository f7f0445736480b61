"""Put a change that was made on an earlier revision on top of the present one, where the two do not touch.

Source: X-24; a dated change is applied on whatever is in force when its time has come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher


def rebased(base: Mapping[str, str], change: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str] | None:
    """Return the present files with the change made to them; None if both changed the same lines.

    Args:
        base: The files on which the change was made.
        change: The files as the change wants them.
        present: The files in force now.
    """
    merged: dict[str, str] = {}
    for name in sorted({*base, *change, *present}):
        old, mine, theirs = base.get(name), change.get(name), present.get(name)
        if mine == old:
            text = theirs
        elif theirs in (old, mine):
            text = mine
        else:
            text = None if old is None or mine is None or theirs is None else _merged(old, mine, theirs)
            if text is None:
                return None
        if text is not None:
            merged[name] = text
    return merged


Hunk = tuple[int, int, list[str]]


def _merged(base: str, mine: str, theirs: str) -> str | None:
    lines = base.splitlines(keepends=True)
    hunks = sorted([*_hunks(lines, mine), *_hunks(lines, theirs)], key=lambda each: each[:2])
    hunks = [each for at, each in enumerate(hunks) if each not in hunks[:at]]
    made: list[str] = []
    here, touched = 0, -1
    for start, end, text in hunks:
        # Neighbouring changes count as touching: who changes a line has looked at the one beside it.
        if start <= touched:
            return None
        made += [*lines[here:start], *text]
        here, touched = end, end
    return "".join([*made, *lines[here:]])


def _hunks(base: Sequence[str], text: str) -> list[Hunk]:
    other = text.splitlines(keepends=True)
    found = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(a, b, list(other[c:d])) for tag, a, b, c, d in found if tag != "equal"]
