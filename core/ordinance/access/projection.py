"""What an actor sees of a record, field by field: one value, used by every channel.

A field that is hidden is absent, never null; a masked one shows that there is something, not what.
Source: design.md §3 rule 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ordinance.access.source import EntitySource

Level = Literal["hidden", "masked", "read", "write"]

LEVELS: tuple[Level, ...] = ("hidden", "masked", "read", "write")
"""From least to most."""

_LESS_THAN_READ = frozenset({"hidden", "masked"})

MASK = "•••"

_SHOWN_FROM = 7  # shorter values would be guessed from the two characters that stay


@dataclass(frozen=True, slots=True)
class Projection:
    """What is seen of one entity.

    Attributes:
        levels: Level by dotted field path, lines' fields included (`lines.price`).
        secrets: Paths of secret fields: at most masked for everybody, though whoever may write them does.
        uniform: Whether it is the same for every record that the actor reaches. If not, what is seen of a particular
            record is in `Rights.sees`, and a filter or sort must be confined by `Rights.rows(…, reading=…)`.
        is_open: Whether everything is seen as it is, so that nothing need be looked at field by field.
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    uniform: bool = True
    is_open: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        shown = not self.secrets and not any(level in _LESS_THAN_READ for level in self.levels.values())
        object.__setattr__(self, "is_open", shown)

    def level(self, path: str | tuple[str, ...]) -> Level:
        """Return the level of a field; what is no field (id, number, status) is read by whoever sees the record."""
        dotted = path if isinstance(path, str) else ".".join(path)
        level = self.levels.get(dotted, "read")
        return lowest([level, "masked"]) if dotted in self.secrets else level

    def reads(self, path: str | tuple[str, ...]) -> bool:
        """Return whether the value itself is seen; only then may it be filtered, sorted or summed."""
        return self.is_open or self.level(path) not in _LESS_THAN_READ

    def writes(self, path: str | tuple[str, ...]) -> bool:
        """Return whether it may be changed, where changing the record is allowed at all."""
        return self.levels.get(path if isinstance(path, str) else ".".join(path)) == "write"

    def apply(self, record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        """Return a JSON-ready record without what is hidden and with what is masked masked, lines included."""
        if self.is_open:
            return dict(record)
        shown: dict[str, Any] = {}
        for name, value in record.items():
            level = self.level(prefix + name)
            if level == "masked":
                shown[name] = mask(value)
            elif level != "hidden":
                shown[name] = self._inside(value, f"{prefix}{name}.") if isinstance(value, list | tuple) else value
        return shown

    def _inside(self, value: Iterable[Any], prefix: str) -> list[Any]:
        return [self.apply(each, prefix) if isinstance(each, Mapping) else each for each in value]


def mask(value: Any) -> Any:
    """Return what is shown instead of a masked value: nothing stays nothing, a long text keeps two characters."""
    if value is None:
        return None
    if isinstance(value, str) and len(value) >= _SHOWN_FROM:
        return MASK + value[-2:]
    return MASK


def field_paths(entity: EntitySource) -> dict[str, bool]:
    """Return every field path of an entity, those of its lines included, and whether it is secret."""
    paths: dict[str, bool] = {}
    for name, each in entity.fields.items():
        paths[name] = each.secret
        paths.update({f"{name}.{inner}": each.secret or child.secret for inner, child in (each.fields or {}).items()})
    return paths


def role_levels(paths: Iterable[str], said: Mapping[str, str], *, writes: bool) -> dict[str, Level]:
    """Return the level that one role gives each field.

    Args:
        paths: Field paths of the entity.
        said: What the role says of fields: `hidden`, `masked` or `read`; what it does not name is not restricted.
        writes: Whether the role has any act that writes; without one its highest level is `read`.
    """
    highest: Level = "write" if writes else "read"
    return {path: lowest([highest, _said(said, path)]) for path in paths}


def _said(said: Mapping[str, str], path: str) -> str:
    return lowest([said.get(path, "write"), said.get(path.split(".", 1)[0], "write")])


def lowest(levels: Iterable[str]) -> Level:
    """Return the least of some levels."""
    return LEVELS[min(LEVELS.index(each) for each in levels)]


def highest_of(several: Iterable[Mapping[str, Level]]) -> dict[str, Level]:
    """Return, path by path, the most that any of some projections gives: grants add up."""
    best: dict[str, Level] = {}
    for levels in several:
        for path, level in levels.items():
            if LEVELS.index(level) >= LEVELS.index(best.get(path, "hidden")):
                best[path] = level
    return best
