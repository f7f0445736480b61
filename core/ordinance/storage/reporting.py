"""Figures of reports: rows of records, of their lines or of the steps they left, grouped and put together in one query.

A row is worked out first, then the rows of each group are put together, so that whatever an expression says is said
once. Numbers stay exact: `numeric` on PostgreSQL; on SQLite scaled whole numbers, added in two halves.
"""



from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ordinance.blueprint.reporting import STEP_ROWS, Total
from ordinance.expressions import Column, Env, Expression, Lowered, Type
from ordinance.fields import Dialect, Field, FieldType
from ordinance.storage.buckets import bucket_sql
from ordinance.storage.records import Fragment, Records
from ordinance.storage.scope import Asked
from ordinance.storage.work import Work

_HALF = 10**9
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_BOUND = 2**40
_STEPS = ("step", "at", "by", "sent_back", "first", "waited")
# The kind of an event stands at the head of its body, right behind the id of its request.
_HEAD = 200
_SENT_BACK = '"kind":"refuse"'


@dataclass(frozen=True, slots=True)
class GroupBy:
    """One group: a value of the row, days gathered by `bucket`; None for the steps at which a document waits."""

    value: Expression | None
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` of the rows for which `when` is true, put together; of none it is the rows that are counted.

    `measured` says in what the value is measured: figures know whether all their rows say the same.
    """

    total: Total
    value: Expression | None = None
    when: Expression | None = None
    measured: Expression | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A row's value compared with one that a reader gave: `op` is =, >=, <, <= or empty; `field` encodes the value."""

    value: Expression
    op: Literal["=", ">=", "<", "<=", "empty"]
    given: Any = None
    field: tuple[Field, FieldType] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a report asks of the database.

    Attributes:
        entity: The entity whose records, or whose records' rows, are counted.
        rows: The name of the rows: the entity, `entity.lines` or `entity.#step`.
        any_of: Conditions on the records, of which one must hold; None for all.
        where: The condition on rows, if there is one.
        eras: For each period to be compared, what more must hold: one alone when nothing is compared.
        groups: What rows are grouped by.
        figures: What is worked out of each group.
        env: The values that are the same for every row.
        zone: The zone to which days belong.
        most: So many groups are read, and one more, to know that there are more.
    """

    entity: str
    rows: str
    any_of: tuple[Fragment, ...] | None
    where: Expression | None
    eras: tuple[tuple[Compared, ...], ...]
    groups: tuple[GroupBy, ...]
    figures: tuple[Figure, ...]
    env: Env
    zone: ZoneInfo
    most: int


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of one group, exact and ready to be put together with those of others.

    `count` is how many values went into it; `measure` is what they are measured in, `mixed` that it is not one thing.
    """

    value: Any = None
    count: int = 0
    measure: Any = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class GroupOf:
    """One group: in which era, what its rows have in common, its figures."""

    era: int
    common: tuple[Any, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The names of tables, and of what a report knows besides: whether a document is done, the steps it left."""

    inner: Asked

    @property
    def dialect(self) -> Dialect:
        return self.inner.dialect

    @property
    def alias(self) -> str:
        return self.inner.alias

    @property
    def above(self) -> tuple[str, ...]:
        return self.inner.above

    @property
    def env(self) -> Env:
        return self.inner.env

    def table(self, entity: str) -> str:
        return self.inner.table(entity)

    def column(self, entity: str, name: str) -> Column | None:
        if entity.endswith(STEP_ROWS):
            scale = 0 if name == "waited" and self.dialect == "sqlite" else None
            return Column(f'"{name}"', scale, _BOUND) if name in _STEPS else None
        found = self.inner.column(entity, name)
        if found is None and name == "done":
            # Behind an alias this reads `t."phase" = 'complete'`, which is what being done means.
            return Column("\"phase\" = 'complete'")
        return found

    def link(self, entity: str, name: str) -> str | None:
        return self.inner.link(entity, name)

    def argument(self, value: Any, type_: Type) -> Any:
        return self.inner.argument(value, type_)


class Reporting:
    """Answers the questions of reports about some records."""

    def __init__(self, records: Mapping[str, Records], dialect: Dialect) -> None:
        self._records = records
        self._dialect = dialect

    async def ask(self, work: Work, question: Question) -> list[GroupOf]:
        """Return the groups of every era, in no order; one more than `most` of an era if there are more."""
        query = _Query(question, self._records, self._dialect)
        sql, args = query.text()
        rows = await work.fetch(sql, *args)
        return [query.group(row) for row in rows]


class _Query:
    """One question on its way to the database and back."""

    def __init__(self, question: Question, records: Mapping[str, Records], dialect: Dialect) -> None:
        self.question = question
        self.sqlite = dialect == "sqlite"
        self.records = records[question.entity]
        self.above = question.rows != question.entity
        alias, above = ("l", ("t",)) if self.above else ("t", ())
        self.scope = _Scope(Asked(dialect, records, question.env, alias, above))
        self.groups = [self._grouped(each) for each in question.groups]
        self.figures = [self._figure(each) for each in question.figures]
        self.measures = [each.measured.lower_value(self.scope) if each.measured else None for each in question.figures]

    def text(self) -> tuple[str, tuple[Any, ...]]:
        """Return the whole statement and its arguments."""
        parts: list[str] = []
        args: list[Any] = []
        for number, era in enumerate(self.question.eras):
            sql, more = self._era(number, era)
            parts.append(sql)
            args += more
        if len(parts) == 1:
            return parts[0], tuple(args)
        return " UNION ALL ".join(f"SELECT * FROM ({each}) e{at}" for at, each in enumerate(parts)), tuple(args)

    def _era(self, number: int, era: Sequence[Compared]) -> tuple[str, list[Any]]:
        inner, args = self._rows(era)
        groups = [f"r.g{at}" for at in range(len(self.groups))]
        listed = [f"{number} AS era", *groups]
        for at, figure in enumerate(self.question.figures):
            listed += self._put_together(at, figure)
        sql = f"SELECT {', '.join(listed)} FROM ({inner}) r"
        if groups:
            sql += f" GROUP BY {', '.join(groups)} LIMIT {self.question.most + 1}"
        return sql, args

    def _rows(self, era: Sequence[Compared]) -> tuple[str, list[Any]]:
        """Return the query of the rows: what they are grouped by, and their values."""
        listed = [f"{each.text} AS g{at}" for at, each in enumerate(self.groups)]
        args = [arg for each in self.groups for arg in each.args]
        for at, (value, by) in enumerate(zip(self.figures, self.measures, strict=True)):
            listed.append(f"{value.text} AS v{at}")
            args += value.args
            if by is not None:
                listed.append(f"{by.text} AS u{at}")
                args += by.args
        source, more = self._source(era)
        where = self._where(era)
        return (
            f"SELECT {', '.join(listed)} FROM {source} WHERE {' AND '.join(each.sql for each in where)}",
            [*args, *more, *(arg for each in where for arg in each.args)],
        )

    def _source(self, era: Sequence[Compared]) -> tuple[str, list[Any]]:
        table = self.records.shape.table
        if not self.above:
            return f"{table} t", []
        lines = self.question.rows.partition(".")[2]
        if lines != STEP_ROWS:
            return f"{self.records.shape.lines[lines].table} l JOIN {table} t ON t.id = l.parent", []
        since = _since(era)
        args = [self.question.entity, *([since] if since is not None else [])]
        return f"({self._steps(recent=since is not None)}) l JOIN {table} t ON t.id = l.document", args

    def _steps(self, *, recent: bool) -> str:
        """Return the query of the steps that documents left: how long after what happened to the document before.

        With `recent` only documents are looked at that have been touched since a moment.
        """
        table = self.records.shape.table
        touched = f" AND document IN (SELECT id FROM {table} WHERE updated_at >= ?)" if recent else ""
        if self.sqlite:
            second, waited = "CAST(strftime('%s', at) AS INTEGER)", "e.second - lag(e.second) OVER w"
            refused = f"instr(substr(body, 1, {_HEAD}), '{_SENT_BACK}') > 0"
        else:
            second, waited = "at", "CAST(floor(extract(epoch FROM e.at - lag(e.at) OVER w)) AS bigint)"
            refused = f"strpos(left(body, {_HEAD}), '{_SENT_BACK}') > 0"
        # What a window looks at is kept in memory row by row: the kind of an event, and never its whole body.
        return (
            'SELECT id, document, step, at, "by", sent_back, first, waited FROM (SELECT e.id, e.document, e.step, '
            f'e.at, e.actor AS "by", e.sent_back, lag(e.step) OVER w IS NULL AS first, {waited} AS waited '
            f"FROM (SELECT id, document, step, at, actor, {second} AS second, {refused} AS sent_back FROM event "
            f"WHERE entity = ? AND (step IS NOT NULL OR name LIKE '%.create'){touched}) e "
            "WINDOW w AS (PARTITION BY e.document ORDER BY e.id)) s WHERE s.step IS NOT NULL"
        )

    def _where(self, era: Sequence[Compared]) -> list[Fragment]:
        parts = [Fragment("1 = 1" + self.records.shape.alive)]
        any_of = self.question.any_of
        if any_of is not None:
            either = " OR ".join(f"({each.sql})" for each in any_of) or "1 = 0"
            parts.append(Fragment(f"({either})", tuple(arg for each in any_of for arg in each.args)))
        if self.question.where is not None:
            sql, args = self.question.where.lower(self.scope)
            parts.append(Fragment(f"({sql})", args))
        return [*parts, *map(self._compared, era)]

    def _compared(self, each: Compared) -> Fragment:
        value = each.value.lower_value(self.scope)
        if each.op == "empty":
            return Fragment(f"({value.text} IS NULL)", value.args)
        given = each.given
        if each.field is not None:
            field, kind = each.field
            given = kind.encode(given, field, self.scope.dialect)
        return Fragment(f"({value.text} {each.op} ?)", (*value.args, given))

    def _grouped(self, each: GroupBy) -> Lowered:
        if each.value is None:
            return Lowered("t.waits_at")
        value = each.value.lower_value(self.scope)
        if not each.bucket:
            return value
        sql, args = bucket_sql(
            value.text, each.value.type.kind, each.bucket, self.question.zone, sqlite=self.sqlite
        )
        return Lowered(sql, (*value.args, *args))

    def _figure(self, each: Figure) -> Lowered:
        value = each.value.lower_value(self.scope) if each.value is not None else Lowered("1")
        if each.when is None:
            return value
        sql, args = each.when.lower(self.scope)
        return replace(value, text=f"CASE WHEN {sql} THEN {value.text} END", args=(*args, *value.args))

    def _put_together(self, at: int, figure: Figure) -> list[str]:
        made = [f"count(r.v{at}) AS n{at}"]
        if figure.total in ("min", "max"):
            made.append(f"{figure.total}(r.v{at}) AS a{at}")
        elif figure.total != "count" and self.sqlite:
            made += [f"sum(r.v{at} / {_HALF}) AS a{at}", f"sum(r.v{at} % {_HALF}) AS b{at}"]
        elif figure.total != "count":
            made.append(f"sum(r.v{at}) AS a{at}")
        if figure.measured is not None:
            there = f"CASE WHEN r.v{at} IS NOT NULL THEN r.u{at} END"
            made += [f"min({there}) AS l{at}", f"max({there}) AS h{at}", f"count({there}) AS m{at}"]
        return made

    def group(self, row: Mapping[str, Any]) -> GroupOf:
        """Return a row of the answer as what it means."""
        common = tuple(self._common(at, row[f"g{at}"]) for at in range(len(self.groups)))
        return GroupOf(int(row["era"]), common, tuple(self._part(at, row) for at in range(len(self.figures))))

    def _common(self, at: int, raw: Any) -> Any:
        group = self.question.groups[at]
        if raw is None or group.value is None:
            return raw or None
        kind = group.value.type.kind
        if group.bucket or kind == "date":
            return date.fromisoformat(raw) if isinstance(raw, str) else raw
        if kind == "number":
            return self._number(raw, self.groups[at].scale)
        if kind == "boolean":
            return bool(raw)
        return int(raw) if kind == "record" else raw

    def _number(self, raw: Any, scale: int | None) -> Decimal:
        return Decimal(raw).scaleb(-(scale or 0), _WIDE) if self.sqlite else Decimal(raw)

    def _part(self, at: int, row: Mapping[str, Any]) -> Part:
        figure, count = self.question.figures[at], int(row[f"n{at}"])
        if figure.total == "count":
            return Part(count, count)
        raw = row[f"a{at}"]
        measure, mixed = self._measure(at, row, count)
        if raw is None:
            return Part(None, count, measure, mixed)
        kind = figure.value.type.kind if figure.value is not None else "number"
        if figure.total in ("min", "max"):
            value = self._number(raw, self.figures[at].scale) if kind in ("number", "span") else _moment(raw, kind)
        elif self.sqlite:
            value = Decimal(int(raw) * _HALF + int(row[f"b{at}"])).scaleb(-(self.figures[at].scale or 0), _WIDE)
        else:
            value = Decimal(raw)
        return Part(value, count, measure, mixed)

    def _measure(self, at: int, row: Mapping[str, Any], count: int) -> tuple[Any, bool]:
        if self.question.figures[at].measured is None:
            return None, False
        low, high, said = row[f"l{at}"], row[f"h{at}"], int(row[f"m{at}"])
        return low, low != high or 0 < said < count


def _since(era: Sequence[Compared]) -> datetime | None:
    """Return since when documents must have been touched to have left a step in a period, or to be made in it."""
    bounds = [
        each.given
        for each in era
        if each.op == ">=" and each.value.source in ("at", "parent.created_at") and isinstance(each.given, datetime)
    ]
    return max(bounds, default=None)


def _moment(raw: Any, kind: str) -> Any:
    if not isinstance(raw, str):
        return raw
    return date.fromisoformat(raw) if kind == "date" else datetime.fromisoformat(raw)
