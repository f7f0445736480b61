"""The small form in which a record is made on the way, from a field that is to refer to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ordinance.web.ui.views.controls import Control, Group
from ordinance.web.ui.views.record import RecordView

_PREFIX = "n"
"""What ids of its controls begin with: the form it was opened from may have fields of the same name."""

_OPTIONAL_MAX = 2


def shortened(view: RecordView, called: str) -> RecordView:
    """Return the form of a new record with what it must have, and a little more.

    Args:
        view: The whole form.
        called: What somebody typed who did not find it: it is put into the field that names the record.
    """
    controls = list(_wanted(view))
    named = next((at for at, each in enumerate(controls) if each.widget == "text" and not each.numeric), None)
    if called and named is not None:
        at = _for_words(controls, called, named)
        controls[at] = replace(controls[at], value=called)
    parts = (Group(view.title, tuple(replace(each, prefix=_PREFIX, span="", help="") for each in controls)),)
    return replace(view, parts=parts)


def _wanted(view: RecordView) -> Iterator[Control]:
    left = _OPTIONAL_MAX
    for part in view.parts:
        for each in part.controls if isinstance(part, Group) and not part.folded else ():
            if not each.writable or not each.shown:
                continue
            if each.required:
                yield each
            elif left and each.widget == "text":
                left -= 1
                yield each


def _for_words(controls: list[Control], called: str, first: int) -> int:
    """Return which field to put the words into: a code looks like one, anything else is a name."""
    if any(each.isdigit() for each in called) and called.isascii():
        return first
    texts = [at for at, each in enumerate(controls) if each.widget == "text" and not each.numeric and each.required]
    return texts[1] if len(texts) > 1 else first
