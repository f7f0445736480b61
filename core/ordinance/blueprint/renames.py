"""What the entities, fields and options of one configuration are called in another.

Ids that changed say `was: old_id`, as one simultaneous map per revision, so two may swap. A `was` that the old
configuration said already, of the same thing, has been followed: it does not count again. Going back to an earlier
text, where nothing says `was`, what is there again under its earlier id is the same. Source: engine M1, M9, language.md
§1.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ordinance.blueprint.values import Entity, Field

Pairs = Mapping[str, str]
"""Old id to new id, of everything that is still there."""


class _Called(Protocol):
    @property
    def was(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Renames:
    """Old names to new ones; a name that is not here is gone.

    Attributes:
        entities: Entities.
        fields: The fields of an entity, and under `entity.lines` those of its lines; both by their old names.
        options: The options of a field, by (entity or `entity.lines`, field), old names; only where some are renamed.
    """

    entities: Pairs = field(default_factory=dict)
    fields: Mapping[str, Pairs] = field(default_factory=dict)
    options: Mapping[tuple[str, str], Pairs] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether anything is called otherwise."""
        maps = (self.entities, *self.fields.values(), *self.options.values())
        return any(old != new for each in maps for old, new in each.items())

    def field(self, owner: str, name: str) -> str:
        """Return what a field of an entity, or of `entity.lines`, is called; its own name if nothing is known of it."""
        return self.fields.get(owner, {}).get(name, name)

    def owner(self, owner: str) -> str:
        """Return what an entity or `entity.lines` is called; its own name if nothing is known of it."""
        entity, dot, lines = owner.partition(".")
        return f"{self.entities.get(entity, entity)}{dot}{self.field(entity, lines)}"

    def option(self, owner: str, name: str, option: str) -> str:
        """Return what an option of a field is called."""
        return self.options.get((owner, name), {}).get(option, option)

    def then(self, later: Renames) -> Renames:
        """Return the names over two changes; what neither of them says is called as before."""
        back = self.back()
        fields: dict[str, Pairs] = {
            owner: _joined(pairs, later.fields.get(self.owner(owner), {})) for owner, pairs in self.fields.items()
        }
        for owner, pairs in later.fields.items():
            fields.setdefault(back.owner(owner), dict(pairs))
        options: dict[tuple[str, str], Pairs] = {
            key: _joined(pairs, later.options.get((self.owner(key[0]), self.field(*key)), {}))
            for key, pairs in self.options.items()
        }
        for (owner, name), pairs in later.options.items():
            options.setdefault((back.owner(owner), back.field(owner, name)), dict(pairs))
        return Renames(_joined(self.entities, later.entities), fields, options)

    def back(self) -> Renames:
        """Return the names the other way: from new to old."""
        return Renames(
            _turned(self.entities),
            {self.owner(owner): _turned(pairs) for owner, pairs in self.fields.items()},
            {(self.owner(owner), self.field(owner, name)): _turned(pairs)
             for (owner, name), pairs in self.options.items()},
        )  # fmt: skip

    def fitting(self, old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Renames:
        """Return the same names for everything that is in both: what is gone is left out, what is not said stays."""
        entities = _fitting(self.entities, old, new)
        fields: dict[str, Pairs] = {}
        for was, now in entities.items():
            fields[was] = _fitting(self.fields.get(was, {}), old[was].fields, new[now].fields)
            for lines, there in fields[was].items():
                before, after = old[was].fields[lines].fields, new[now].fields[there].fields
                if before and after:
                    fields[f"{was}.{lines}"] = _fitting(self.fields.get(f"{was}.{lines}", {}), before, after)
        options = {key: pairs for key, pairs in self.options.items() if key[1] in fields.get(key[0], {})}
        return Renames(entities, fields, options)

    def text(self) -> str | None:
        """Return what is called otherwise as JSON text, None if nothing is."""
        if not self:
            return None
        return json.dumps({
            "entities": _changed(self.entities),
            "fields": {owner: _changed(pairs) for owner, pairs in self.fields.items() if _changed(pairs)},
            "options": [[*key, _changed(pairs)] for key, pairs in self.options.items() if _changed(pairs)],
        })  # fmt: skip

    @staticmethod
    def of_text(text: str) -> Renames:
        """Return what `text` gave."""
        read = json.loads(text)
        return Renames(read["entities"], read["fields"], {(a, b): pairs for a, b, pairs in read["options"]})

    @staticmethod
    def composed(texts: Iterable[str]) -> Renames:
        """Return the names over several changes, each as `text` gave it, in their order."""
        found = Renames()
        for text in texts:
            found = found.then(Renames.of_text(text))
        return found


def renames_between(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Renames:
    """Return what the entities of one configuration, and all that is theirs, are called in the next."""
    entities = pairs_of(old, new)
    fields: dict[str, Pairs] = {}
    options: dict[tuple[str, str], Pairs] = {}
    for was, now in entities.items():
        for owner, before, after in _lists(was, old[was].fields, new[now].fields):
            fields[owner] = pairs_of(before, after)
            for name, there in fields[owner].items():
                pairs = _options(before[name], after[there])
                if any(one != other for one, other in pairs.items()):
                    options[owner, name] = pairs
    return Renames(entities, fields, options)


def _lists(
    owner: str, old: Mapping[str, Field], new: Mapping[str, Field]
) -> Iterator[tuple[str, Mapping[str, Field], Mapping[str, Field]]]:
    """Yield the fields of an entity, before and after, then those of each of its lists of lines."""
    yield owner, old, new
    for was, now in pairs_of(old, new).items():
        if old[was].fields and new[now].fields:
            yield f"{owner}.{was}", old[was].fields, new[now].fields


def _options(old: Field, new: Field) -> Pairs:
    return _paired(
        {each: old.options_were.get(each) for each in old.options},
        {each: new.options_were.get(each) for each in new.options},
    )


def pairs_of(old: Mapping[str, _Called], new: Mapping[str, _Called]) -> Pairs:
    """Return what each of some things is called among others; what is gone is left out."""
    return _paired({id: each.was for id, each in old.items()}, {id: each.was for id, each in new.items()})


def _paired(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> dict[str, str]:
    pairs = {
        was: id for id, was in new.items() if was is not None and was in old and not (id in old and old[id] == was)
    }
    taken = set(pairs.values())
    pairs |= {id: id for id in new if id in old and id not in pairs and id not in taken}
    taken = set(pairs.values())
    for id, was in old.items():
        if was is None or id in pairs or id in new:
            continue
        if was in new and was not in old and was not in taken:
            pairs[id] = was
    return {id: pairs[id] for id in old if id in pairs}


def _joined(first: Pairs, second: Pairs) -> dict[str, str]:
    taken = set(first.values())
    joined = {old: second.get(new, new) for old, new in first.items()}
    return {**joined, **{old: new for old, new in second.items() if old not in first and old not in taken}}


def _turned(pairs: Pairs) -> dict[str, str]:
    return {new: old for old, new in pairs.items()}


def _changed(pairs: Pairs) -> dict[str, str]:
    return {old: new for old, new in pairs.items() if old != new}


def _fitting(pairs: Pairs, old: Iterable[str], new: Container[str]) -> dict[str, str]:
    said = {id: pairs[id] for id in old if id in pairs and pairs[id] in new}
    taken = set(said.values())
    return said | {id: id for id in old if id not in pairs and id in new and id not in taken}
