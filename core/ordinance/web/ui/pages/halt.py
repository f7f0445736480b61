"""End a request early with a page. Only the screens raise it, and only they answer it."""

from __future__ import annotations

from collections.abc import Iterable

from ordinance.problems import Reason


class PageHalt(Exception):  # noqa: N818 - an ordinary no, not a fault
    """A request that cannot go on: its kind (a key of `web.problem_details.STATUS`) and every reason."""

    def __init__(self, kind: str, reasons: Iterable[Reason]) -> None:
        self.kind = kind
        self.reasons = tuple(reasons)
        super().__init__(kind)
