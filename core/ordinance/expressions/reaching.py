"""Follow a path of names through maps: the short paths in straight code, since they are what runs most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.faults import UnknownValue
from ordinance.expressions.plan import Field

_NOT_LOADED = (KeyError, TypeError, IndexError)


def reach(node: Field) -> Callable[[Env, Any, Any], Any]:
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


def _from_new(names: tuple[str, ...], path: tuple[str, ...]) -> Callable[[Env, Any, Any], Any]:
    def run(env: Env, row: Any, up: Any) -> Any:
        proposed = env.new if env.new is not None and names and names[0] in env.new else env.record
        return _follow(proposed, names, path)

    return run


def _from_row(hops: int, names: tuple[str, ...], path: tuple[str, ...]) -> Callable[[Env, Any, Any], Any]:
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


def _from_outer(hops: int, names: tuple[str, ...], path: tuple[str, ...]) -> Callable[[Env, Any, Any], Any]:
    def run(env: Env, row: Any, up: Any) -> Any:
        for _ in range(hops - 1):
            up = up[1]
        return _follow(up[0], names, path)

    return run
