"""Find what names stand for in the values: paths through maps, passed steps, functions, counts.

Short paths have straight code of their own, since they are what runs most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.faults import UnknownValue
from ordinance.expressions.plan import Field, Member, Passage

_NOT_LOADED = (KeyError, TypeError, IndexError)


Run = Callable[[Env, Any, Any], Any]


def reach(node: Field) -> Run:
    """Return the function that finds the value of a path.

    An empty reference on the way gives an empty value; a name that is not there raises `UnknownValue`.
    """
    path = node.names if node.read is None else node.read
    if node.root == "row":
        return _from_row(node.hops, node.names, path)
    if node.root == "new":
        return _from_new(node.names, path)
    attribute, names = node.root, node.names
    return lambda env, row, up: _follow(getattr(env, attribute), names, path)


def _follow(start: Any, names: tuple[str, ...], path: tuple[str, ...]) -> Any:
    if start is None:
        raise UnknownValue(path)
    try:
        for name in names:
            if start is None:
                return None
            start = start[name]
    except _NOT_LOADED:
        raise UnknownValue(path) from None
    return start


def _from_new(names: tuple[str, ...], path: tuple[str, ...]) -> Run:
    def run(env: Env, row: Any, up: Any) -> Any:
        proposed = env.new if env.new is not None and names and names[0] in env.new else env.record
        return _follow(proposed, names, path)

    return run


def _from_row(hops: int, names: tuple[str, ...], path: tuple[str, ...]) -> Run:
    if hops:
        return _from_outer(hops, names, path)
    if len(names) == 1:
        (only,) = names

        def run_one(env: Env, row: Any, up: Any) -> Any:
            try:
                return row[only]
            except _NOT_LOADED:
                raise UnknownValue(path) from None

        return run_one
    if len(names) == 2:
        first, second = names

        def run_two(env: Env, row: Any, up: Any) -> Any:
            try:
                between = row[first]
                return None if between is None else between[second]
            except _NOT_LOADED:
                raise UnknownValue(path) from None

        return run_two
    return lambda env, row, up: _follow(row, names, path)


def _from_outer(hops: int, names: tuple[str, ...], path: tuple[str, ...]) -> Run:
    def run(env: Env, row: Any, up: Any) -> Any:
        for _ in range(hops - 1):
            up = up[1]
        return _follow(up[0], names, path)

    return run


def passage(node: Passage) -> Run:
    """Return the function that says whether, when or by whom a step was passed."""
    step, piece = node.step, node.piece
    where = {"at": 0, "by": 1}.get(piece)
    path: tuple[str, ...] = ("passed", step)
    of = None
    if node.of is not None:
        of, path = reach(node.of), (*(node.of.read or node.of.names), "passed", step)

    def run(env: Env, row: Any, up: Any) -> Any:
        passed = env.passed
        if of is not None:
            record = of(env, row, up)
            if record is None:
                return None if piece else False
            try:
                passed = record["passed"]
            except (KeyError, TypeError):
                raise UnknownValue(path) from None
        entry = passed.get(step)
        if where is None:
            return entry is not None
        return None if entry is None else entry[where]

    return run


def member(node: Member, of: Run) -> Run:
    """Return the function that finds a part of a record that a function gave."""
    name = node.name

    def run(env: Env, row: Any, up: Any) -> Any:
        record = of(env, row, up)
        if record is None:
            return None
        try:
            return record[name]
        except (KeyError, TypeError):
            raise UnknownValue((name,)) from None

    return run


def count_all(env: Env, entity: str) -> int:
    """Return how many records an entity has, as the caller counted them."""
    try:
        return env.counts[entity]
    except KeyError:
        raise UnknownValue((entity, "count")) from None


def registered(env: Env, name: str) -> Callable[..., Any]:
    """Return the function of a department."""
    try:
        return env.functions[name]
    except KeyError:
        raise UnknownValue((name,)) from None
