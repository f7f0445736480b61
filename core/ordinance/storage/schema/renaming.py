"""Tables and columns that are called otherwise from now on: all of them at once, so that two may swap, no value lost.

Names are data as well: what the kernel keeps about records by the name of their entity goes with them. What is written
in events stays as it was: it is history.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ordinance.fields import Dialect
from ordinance.problems import Text
from ordinance.storage.schema.ddl import reference_name
from ordinance.storage.schema.entities import column_of, table_of
from ordinance.storage.schema.shapes import Found, Step, Table, shortened
from ordinance.storage.sql import quoted

Pairs = Mapping[str, str]

HISTORY = frozenset({"event"})
"""Tables that keep the names of their day."""

_ASIDE, _GONE = "__aside", "__gone"


@dataclass(frozen=True, slots=True)
class Moved:
    """What is called otherwise: old names to new ones.

    Attributes:
        entities: Entities, as other tables name them.
        fields: (entity, path of the field) to path, as other tables name them; of entities by their old names.
        tables: Tables.
        columns: Columns by the old name of their table.
        options: Values of a column, by the old names of table and column.
    """

    entities: Pairs = field(default_factory=dict)
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tables: Pairs = field(default_factory=dict)
    columns: Mapping[str, Pairs] = field(default_factory=dict)
    options: Mapping[tuple[str, str], Pairs] = field(default_factory=dict)

    def table(self, name: str) -> str:
        """Return what a table is called."""
        return self.tables.get(name, name)

    def column(self, table: str, name: str) -> str:
        """Return what a column is called; the table by its old name."""
        return self.columns.get(table, {}).get(name, name)


_QUOTED = re.compile(r'"([a-z_][a-z0-9_]*)"', re.ASCII)


def as_before(sql: str, step: Step, moved: Moved) -> str:
    """Return a query about the tables as they will be as one about those that are there before anything is renamed."""
    tables = {new: old for old, new in moved.tables.items()}
    here = tables.get(step.table, step.table)
    columns = {new: old for old, new in moved.columns.get(here, {}).items()}
    if step.column is not None and step.called is not None:
        columns[step.column] = step.called
    names = {**tables, **columns}
    return _QUOTED.sub(lambda found: f'"{names.get(found[1], found[1])}"', sql)


def spot(entity: str, path: str) -> tuple[str, str]:
    """Return table and column of a field by its path (`colour`, `lines.colour`)."""
    first, _, below = path.partition(".")
    return (table_of(entity, first), column_of(below)) if below else (table_of(entity), column_of(first))


def guessed(want: Iterable[Table], have: Mapping[str, Found]) -> Moved:
    """Return what `was` says of tables and columns that are not there, where the old ones are and nobody wants them."""
    wanted = list(want)
    names = {table.name for table in wanted}
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for table in wanted:
        old = table.was if table.name not in have and table.was not in names else table.name
        there = have.get(old or "")
        if there is None:
            continue
        if there.name != table.name:
            tables[there.name] = table.name
        columns[there.name] = {
            column.was: column.name for column in table.columns
            if column.was is not None and column.was in there.columns and column.name not in there.columns
            and table.column(column.was) is None
        }  # fmt: skip
    return Moved(tables=tables, columns=columns)


def rename(
    moved: Moved, want: Iterable[Table], have: Mapping[str, Found], dialect: Dialect
) -> tuple[list[Step], dict[str, Found]]:
    """Return the steps that give everything its new name, and the tables as they are found then.

    Args:
        moved: What is called otherwise.
        want: All tables there should be; among them those that name entities.
        have: All tables there are.
        dialect: The database.
    """
    wanted = {table.name: table for table in want}
    steps = list(_tables(moved, wanted, have))
    found: dict[str, Found] = {}
    for old, there in _placed(moved.tables, have):
        now = wanted.get(there.name)
        more, made = _columns(moved, old, there, now, dialect)
        steps += more
        steps += _options(moved, old, made, now, dialect)
        found[made.name] = made
    found = {name: replace(each, references=_referring(moved, each.references)) for name, each in found.items()}
    return [*steps, *_named(moved, wanted.values(), have)], found


def _referring(moved: Moved, references: Pairs) -> dict[str, str]:
    return {column: moved.table(target) for column, target in references.items()}


def in_turn(pairs: Pairs, there: Iterable[str]) -> list[tuple[str, str]]:
    """Return the renames one after the other, so that no name is taken when it is given; a swap goes by a third name.

    What has a name that another is to get, and has no new one itself, makes room first: it is gone.
    """
    names = set(there)
    left = {old: new for old, new in pairs.items() if old != new and old in names}
    made = [(name, _beside(name, _GONE)) for name in left.values() if name in names and name not in left]
    names |= {new for _, new in made}
    names -= {old for old, _ in made}
    while left:
        old = next((old for old, new in left.items() if new not in names), None)
        if old is None:
            old = next(iter(left))
            aside = _beside(old, _ASIDE)
            left[aside] = left.pop(old)
            step = (old, aside)
        else:
            step = (old, left.pop(old))
        made.append(step)
        names = names - {step[0]} | {step[1]}
    return made


def _beside(name: str, word: str) -> str:
    return shortened(f"{name[: 63 - len(word)]}{word}")


def _tables(moved: Moved, wanted: Mapping[str, Table], have: Mapping[str, Found]) -> Iterator[Step]:
    """Yield a step for each table; the first brings the statements of all, in their turn."""
    sql = tuple(f"ALTER TABLE {quoted(a)} RENAME TO {quoted(b)}" for a, b in in_turn(moved.tables, have))
    for old, new in moved.tables.items():
        if old != new and old in have:
            why = Text(f"{old} 改名为 {new}", f"{old} is called {new} now")
            keeps = f"SELECT count(*) AS n FROM {quoted(old)}"
            place = wanted[new].place if new in wanted else None
            yield Step("rename_table", new, sql, why, place=place, keeps=keeps)
            sql = ()


def _placed(tables: Pairs, have: Mapping[str, Found]) -> Iterator[tuple[str, Found]]:
    """Yield each table under its old name, and as it is found when tables have their new ones."""
    aside = {old: new for old, new in in_turn(tables, have) if new.endswith(_GONE)}
    for old, there in have.items():
        now = aside.get(old) or tables.get(old, old)
        yield old, replace(there, name=now)


def _columns(
    moved: Moved, old: str, there: Found, wanted: Table | None, dialect: Dialect
) -> tuple[list[Step], Found]:
    pairs = {was: now for was, now in moved.columns.get(old, {}).items() if was in there.columns}
    turns = in_turn(pairs, there.columns)
    gone = {was: now for was, now in turns if now.endswith(_GONE)}
    name = quoted(there.name)
    sql = [f"ALTER TABLE {name} RENAME COLUMN {quoted(a)} TO {quoted(b)}" for a, b in turns]
    called = {column: gone.get(column) or pairs.get(column, column) for column in there.columns}
    if dialect == "postgresql":
        sql += _constraints(old, there, called)
    steps = []
    for was, now in pairs.items():
        if was != now:
            column = wanted.column(now) if wanted is not None else None
            why = Text(f"{was} 改名为 {now}", f"{was} is called {now} now")
            keeps = f"SELECT count({quoted(was)}) AS n FROM {quoted(old)}"
            place = column.place if column is not None else None
            steps.append(Step("rename_column", there.name, tuple(sql), why, column=now, place=place, keeps=keeps))
            sql = []
    if sql:
        why = Text(f"{there.name} 的引用改名", f"the references of {there.name} are called otherwise")
        steps.append(Step("rename_references", there.name, tuple(sql), why))
    return steps, replace(
        there,
        columns={called[column]: type_ for column, type_ in there.columns.items()},
        references={called[column]: target for column, target in there.references.items()},
        former={now: was for was, now in gone.items()},
    )  # fmt: skip


def _constraints(old: str, there: Found, called: Pairs) -> list[str]:
    """Return the statements that give foreign keys the names they would have had; PostgreSQL keeps the old ones."""
    pairs = {
        reference_name(old, column): reference_name(there.name, called[column]) for column in there.references
    }
    name = quoted(there.name)
    turns = in_turn(pairs, pairs)
    return [f"ALTER TABLE {name} RENAME CONSTRAINT {quoted(a)} TO {quoted(b)}" for a, b in turns]


def _options(
    moved: Moved, old: str, there: Found, wanted: Table | None, dialect: Dialect
) -> Iterator[Step]:
    for (table, column), pairs in moved.options.items():
        changed = {was: now for was, now in pairs.items() if was != now}
        name = moved.column(table, column)
        if table != old or name not in there.columns or not changed:
            continue
        several = there.columns[name] != "TEXT"
        value, where = (_in_lists if several else _single)(quoted(name), changed, dialect)
        _, before = (_in_lists if several else _single)(quoted(column), changed, dialect)
        told = ", ".join(f"{was} → {now}" for was, now in changed.items())
        declared = wanted.column(name) if wanted is not None else None
        yield Step(
            "rename_options", there.name, (f"UPDATE {quoted(there.name)} SET {quoted(name)} = {value} WHERE {where}",),
            Text(f"{name} 的选项改名：{told}", f"options of {name} are called otherwise: {told}"), column=name,
            place=declared.place if declared is not None else None,
            keeps=f"SELECT count(*) AS n FROM {quoted(old)} WHERE {before}",
        )  # fmt: skip


def _single(column: str, pairs: Pairs, dialect: Dialect) -> tuple[str, str]:
    """Return the value of a column that holds one option, and which rows hold one of those that change."""
    cases = " ".join(f"WHEN {_text(was, dialect)} THEN {_text(now, dialect)}" for was, now in pairs.items())
    return f"CASE {column} {cases} ELSE {column} END", f"{column} IN ({', '.join(_text(e, dialect) for e in pairs)})"


def _in_lists(column: str, pairs: Pairs, dialect: Dialect) -> tuple[str, str]:
    """Return the same of a column that holds a list of options as JSON: each stands there in quotes."""
    whole = f"CAST({column} AS TEXT)"
    find = "instr" if dialect == "sqlite" else "strpos"
    value = whole
    # By way of a text that no option can be, so that what has just been put in is not found again.
    for was in pairs:
        value = f"replace({value}, {_text(json.dumps(was, ensure_ascii=False), dialect)}, {_text(_mark(was), dialect)})"
    for was, now in pairs.items():
        value = f"replace({value}, {_text(_mark(was), dialect)}, {_text(json.dumps(now, ensure_ascii=False), dialect)})"
    held = [f"{find}({whole}, {_text(json.dumps(was, ensure_ascii=False), dialect)}) > 0" for was in pairs]
    return (value if dialect == "sqlite" else f"CAST({value} AS JSONB)"), f"({' OR '.join(held)})"


def _mark(option: str) -> str:
    return f"[[{json.dumps(option, ensure_ascii=False)[1:-1]}]]"


def _text(value: str, dialect: Dialect) -> str:
    """Return a text as SQL has it; a question mark would be taken for the place of an argument."""
    mark = "char(63)" if dialect == "sqlite" else "chr(63)"
    parts = ["'" + part.replace("'", "''") + "'" for part in value.split("?")]
    return parts[0] if len(parts) == 1 else f"({f' || {mark} || '.join(parts)})"


def _named(moved: Moved, wanted: Iterable[Table], have: Mapping[str, Found]) -> Iterator[Step]:
    """Yield the steps that rename entities and fields where tables of the house name them."""
    entities = {old: new for old, new in moved.entities.items() if old != new}
    fields = {key: path for key, path in moved.fields.items() if key[1] != path}
    if not entities and not fields:
        return
    sql: list[str] = []
    for table in wanted:
        there = have.get(table.name)
        if there is None or table.name.startswith("e_") or table.name in HISTORY or "entity" not in there.columns:
            continue
        if fields and "field" in there.columns:
            cases = " ".join(
                f"WHEN entity = '{entity}' AND field = '{old}' THEN '{new}'" for (entity, old), new in fields.items()
            )
            sql.append(f"UPDATE {quoted(table.name)} SET field = CASE {cases} ELSE field END")
        if entities:
            cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in entities.items())
            listed = ", ".join(f"'{old}'" for old in entities)
            name = quoted(table.name)
            sql.append(f"UPDATE {name} SET entity = CASE entity {cases} ELSE entity END WHERE entity IN ({listed})")
    sql += _counters(entities, moved.fields) if "numbering" in have else []
    why = Text("各处记下的名称随之改变", "what is kept by these names goes with them")
    yield Step("rename_entries", "wait", tuple(sql), why)


def _counters(entities: Pairs, fields: Mapping[tuple[str, str], str]) -> list[str]:
    """Return the statements by which codes go on where they are, under the new names; first beside, then in place."""
    pairs = {f"code/{entity}.{old}:": f"code/{entities.get(entity, entity)}.{new}:"
             for (entity, old), new in fields.items()}  # fmt: skip
    begin = [
        f"UPDATE numbering SET series = '~{new}' || substr(series, {len(old) + 1}) "
        f"WHERE substr(series, 1, {len(old)}) = '{old}'"
        for old, new in pairs.items() if old != new
    ]  # fmt: skip
    return [*begin, "UPDATE numbering SET series = substr(series, 2) WHERE substr(series, 1, 1) = '~'"] if begin else []
