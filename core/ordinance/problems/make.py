"""Make problems and reasons from the catalogue, so that each message is written exactly once."""

from __future__ import annotations

from typing import Any

from ordinance.problems.catalogue import CATALOGUE
from ordinance.problems.catalogue.entry import Entry
from ordinance.problems.values import Place, Problem, Reason, Text


def _fill(words: Text | None, values: dict[str, Any]) -> Text | None:
    if not words:
        return None
    in_zh = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    in_en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(words.zh.format(**in_zh), words.en.format(**in_en))


def problem(
    code: str,
    place: Place | None = None,
    *,
    remedy: Text | None = None,
    related: tuple[tuple[Place, Text], ...] = (),
    **values: Any,
) -> Problem:
    """Return the problem of that code, its words filled with `values` (a `Text` value speaks each language).

    Args:
        code: A code of the catalogue.
        place: Where it is; None for a problem of the whole site.
        remedy: Words to use instead of the catalogue's remedy (a "did you mean").
        related: Other places that belong to it, such as the first of two.
        values: What the message's `{names}` stand for.

    Raises:
        KeyError: the catalogue has no such code.
    """
    entry: Entry = CATALOGUE[code]
    message = _fill(entry.message, values)
    assert message is not None
    return Problem(code, message, place, remedy or _fill(entry.remedy, values), entry.severity, related)


def reason(
    code: str,
    where: str | None = None,
    *,
    wanted: Any = None,
    got: Any = None,
    place: Place | None = None,
    remedy: Text | None = None,
    **values: Any,
) -> Reason:
    """Return the reason of that code; arguments are as in `problem`, `wanted` and `got` are shown and sent as data."""
    entry: Entry = CATALOGUE[code]
    message = _fill(entry.message, {"wanted": wanted, "got": got, "where": where, **values})
    assert message is not None
    return Reason(code, message, where, wanted, got, place, remedy or _fill(entry.remedy, values))
