"""Which name was meant: the closest first, then what else would have been accepted."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ordinance.problems.values import Text

_SHOWN_MOST = 12


def did_you_mean(name: str, accepted: Iterable[str]) -> Text | None:
    """Return a remedy that names the closest accepted name and at most twelve in all; None if there is none.

    Args:
        name: What was written.
        accepted: What could have been written.
    """
    names = sorted(set(accepted))
    if not names:
        return None
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    shown = [*close, *(each for each in names if each not in close)][:_SHOWN_MOST]
    more = len(names) - len(shown)
    listed, rest = ", ".join(shown), (f" … (+{more})" if more else "")
    if not close:
        return Text(f"可用：{listed}{rest}", f"accepted: {listed}{rest}")
    return Text(f"是否想写“{close[0]}”？可用：{listed}{rest}", f"did you mean “{close[0]}”? accepted: {listed}{rest}")
