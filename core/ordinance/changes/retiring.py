"""Fields that go while documents still read them: their columns stay, out of sight, until nobody needs them.

A document that finishes under an earlier revision goes by that revision's conditions. A field they speak of may not
vanish: an empty value would drop a guard without a word. So it is retired: no form, list or channel has it any more,
the documents read it as before. Where that cannot be, because its name means something else now or somebody still has
to fill it in, the change is refused. Source: engine M7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from ordinance.acts import Force, needs
from ordinance.blueprint import Blueprint, Entity, Field, Renames
from ordinance.changes.plan import Question
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.storage import RetiredField, Work, spot

if TYPE_CHECKING:
    from ordinance.changes.planning import Fortune

Path = tuple[str, str]
"""An entity, and the path of a field in it: `colour`, `lines.colour`."""

STAYS, RETIRED, PINNED = "stays", "retired", "field_pinned"


@dataclass(frozen=True, slots=True)
class Reader:
    """Documents that finish under an earlier revision: its workflow in present names, how many, where they wait."""

    workflow: Workflow
    count: int
    numbers: tuple[str, ...]
    at: frozenset[str]


@dataclass(slots=True)
class Judgement:
    """What becomes of fields that documents still read.

    Attributes:
        questions: What cannot be done.
        retiring: Fields that go and stay: how many documents need each, and what it is called.
        needed: Every field that one of the documents reads.
    """

    questions: list[Question] = field(default_factory=list)
    retiring: dict[Path, tuple[int, Text]] = field(default_factory=dict)
    needed: set[Path] = field(default_factory=set)


async def readers(work: Work, old: Force, fortunes: Iterable[Fortune]) -> list[Reader]:
    """Return the documents that finish under an earlier revision, or will from this change on.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        fortunes: What becomes of documents.
    """
    found = []
    for fortune in fortunes:
        held = [group for group, fate in fortune.groups if fate.after.hold is not None]
        if held:
            count = sum(len(each.entries) for each in held)
            found.append(Reader(fortune.flow.old, count, held[0].numbers, frozenset().union(*(e.at for e in held))))
    for (id, digest), workflow in old.past.pinned.items():
        flight = old.store.flight(workflow.entity, id)
        count = await flight.pinned(work, digest)
        if count:
            found.append(Reader(workflow, count, (), frozenset(await flight.held_at(work, digest))))
    return found


def judged(found: Iterable[Reader], old: Force, new: Force, names: Renames) -> Judgement:
    """Return what becomes of the fields that some documents read.

    Args:
        found: The documents.
        old: The configuration in force.
        new: The one that is proposed.
        names: What is called otherwise.
    """
    made = Judgement()
    for reader in found:
        asked = _asked_ahead(reader)
        for entity, path, declared in _read(old.blueprint, reader.workflow.entity, needs.of_workflow(reader.workflow)):
            at = (entity, path)
            made.needed.add(at)
            is_asked = entity == reader.workflow.entity and path in asked
            fault = _fate(old, new, names, at, declared, is_asked=is_asked)
            if fault == RETIRED and declared is not None:
                made.retiring[at] = (made.retiring.get(at, (0, Text()))[0] + reader.count, declared.label)
            elif fault != STAYS:
                told = reason(fault, path, field=declared.label if declared is not None else path)
                made.questions.append(Question(reader.workflow.id, reader.count, reader.numbers, (told,), ("move",)))
    return made


def _asked_ahead(reader: Reader) -> set[str]:
    """Return the fields that somebody still has to fill in before these documents end."""
    steps = reader.workflow.steps
    first = min((at for at, step in enumerate(steps) if step.id in reader.at), default=0)
    return {".".join(path) for step in steps[first:] for path in step.asks}


def _read(
    blueprint: Blueprint, entity: str, tree: needs.Tree, lines: str = ""
) -> Iterator[tuple[str, str, Field | None]]:
    """Yield each field that a tree of names reads, through references and lines; None for one that is gone already."""
    declared = blueprint.entities.get(entity)
    if declared is None:
        return
    for name, below in tree.items():
        if not lines and name in declared.backs:
            yield from _read(blueprint, declared.backs[name].entity, below)
            continue
        found = declared.at((lines, name) if lines else (name,))
        yield entity, f"{lines}.{name}" if lines else name, found
        if found is not None and found.fields and not lines:
            yield from _read(blueprint, entity, below, name)
        elif found is not None and found.to is not None:
            yield from _read(blueprint, found.to, below)


def _fate(old: Force, new: Force, names: Renames, at: Path, declared: Field | None, *, is_asked: bool) -> str:
    """Return what becomes of a field that documents read: `stays`, `retired`, or the code of why it cannot be."""
    entity, path = at
    lines, _, name = path.rpartition(".")
    owner = f"{entity}.{lines}" if lines else entity
    now = new.blueprint.entities.get(names.entities.get(entity, ""))
    if declared is None:
        return _of_retired(old, now, names, at)
    if now is None:
        return PINNED
    there = names.fields.get(owner, {}).get(name)
    if there is not None:
        found = _in(now, names, at, there)
        return STAYS if found is not None and found.type == declared.type else PINNED
    if lines and lines not in names.fields.get(entity, {}):
        # The list goes as a whole; then it is the list that cannot be retired.
        return STAYS
    if _in(now, names, at, name) is not None or declared.fields or not old.types.of(declared).stored:
        return PINNED
    return "field_asked" if is_asked else RETIRED


def _of_retired(old: Force, now: Entity | None, names: Renames, at: Path) -> str:
    """Return `stays` for a field that is retired already and left alone, or is declared again as it was."""
    entity, path = at
    lines, _, name = path.rpartition(".")
    known = cast(Entity, old.store.records[entity].entity).at(tuple(path.split(".")))
    found = _in(now, names, at, name) if now is not None else None
    if known is None or found is None:
        return STAYS
    is_another = name in names.fields.get(f"{entity}.{lines}" if lines else entity, {}).values()
    return PINNED if is_another or found.type != known.type else STAYS


def _in(now: Entity, names: Renames, at: Path, name: str) -> Field | None:
    """Return the field of that name where a path leads in an entity as it shall be."""
    entity, path = at
    lines = path.rpartition(".")[0]
    return now.at((names.field(entity, lines), name) if lines else (name,))


def place_of(names: Renames, at: Path) -> tuple[str, str]:
    """Return the table and the column in which a retired field is kept, by the new name of the table."""
    entity, path = at
    lines, _, name = path.rpartition(".")
    now = names.entities.get(entity, entity)
    return spot(now, f"{names.field(entity, lines)}.{name}" if lines else path)


def has_come_back(new: Blueprint, names: Renames, at: Path) -> bool:
    """Return whether a retired field is declared again, or the entity it belonged to is gone with everything."""
    entity, path = at
    now = new.entities.get(names.entities.get(entity, entity))
    return now is None or _in(now, names, at, path.rpartition(".")[2]) is not None


async def with_retired(work: Work, force: Force) -> Force:
    """Return a configuration whose records are read with their retired fields, for the documents that need them."""
    rows = await force.store.retired.all(work)
    if not rows:
        return force
    entities: dict[str, Entity] = {}
    for row in rows:
        declared = await _declared(work, force, row)
        entity = entities.get(row.entity) or force.blueprint.entities.get(row.entity)
        if declared is not None and entity is not None:
            entities[row.entity] = _extended(entity, row.path, declared)
    return replace(force, store=force.store.reading(entities), memo={})


async def _declared(work: Work, force: Force, row: RetiredField) -> Field | None:
    """Return the field as its last revision declared it; it asks for nothing any more."""
    former = await force.past.blueprint(work, force.store, row.revision)
    if former is None:
        return None
    back = (await force.past.renames(work, force.store, former.revision)).back()
    lines, _, name = row.path.rpartition(".")
    entity = former.entities.get(back.entities.get(row.entity, row.entity))
    found = entity.at((back.field(row.entity, lines), name) if lines else (name,)) if entity is not None else None
    if found is None:
        return None
    forth = {now: was for was, now in back.entities.items()}
    return replace(
        found, to=forth.get(found.to or "", found.to), required=False, unique=False, search=False, index=False,
        formula=None, required_when=None, default=None, copy_from=None,
    )  # fmt: skip


def _extended(entity: Entity, path: str, declared: Field) -> Entity:
    lines, _, name = path.rpartition(".")
    if not lines:
        return replace(entity, fields={**entity.fields, name: declared})
    above = entity.fields.get(lines)
    if above is None:
        return entity
    inner: Mapping[str, Field] = {**above.fields, name: declared}
    return replace(entity, fields={**entity.fields, lines: replace(above, fields=inner)})
