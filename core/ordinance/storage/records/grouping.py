"""Totals over the records of a list: counted, added up, the mean, the least and the greatest; by group, and exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal

from ordinance.fields import Field, FieldType
from ordinance.storage.records.looking import Looking
from ordinance.storage.records.querying import in_order, rows_after
from ordinance.storage.records.selecting import Path, Select, read_cursor, write_cursor
from ordinance.storage.work import Work

Function = Literal["count", "sum", "avg", "min", "max"]

MEAN_DECIMALS = 6
"""Decimals of an average at most; it is rounded half-up."""

_HALF = 10**9
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is worked out of the records of a group; an empty path counts the records themselves."""

    of: Function
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Which records, grouped by what, and what is worked out of each group."""

    select: Select
    group: tuple[Path, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One group: what its records have in common, and what was worked out of them, in the order asked."""

    common: tuple[Any, ...]
    values: tuple[Any, ...]


class Grouping(Looking):
    """Works out totals of one entity."""

    async def totals(self, work: Work, wanted: Totals) -> tuple[list[Group], str | None]:
        """Return one page of groups in the order of what they have in common, and the cursor of the next page.

        Raises:
            CursorError: the cursor is not of these groups.
            KeyError: a path leads to no field.
        """
        paths = [*wanted.group, *(each.path for each in wanted.measures if each.path)]
        sorts, joins = self._sorts(tuple((path, False) for path in paths))
        groups = sorts[: len(wanted.group)]
        columns = iter(sorts[len(wanted.group) : -1])
        where, args = self._where(wanted.select)
        signature = "by " + ",".join(".".join(path) for path in wanted.group)
        if wanted.select.cursor is not None:
            beyond, more = rows_after(groups, read_cursor(wanted.select.cursor, signature, len(groups)))
            where, args = f"{where} AND {beyond}", (*args, *more)
        listed = [f"{each.sql} AS group_{number}" for number, each in enumerate(groups)]
        for number, each in enumerate(wanted.measures):
            listed += self._columns(number, each, next(columns).sql if each.path else "")
        sql = f"SELECT {', '.join(listed)} FROM {self.shape.table} t{joins} WHERE {where}"
        if groups:
            sql += f" GROUP BY {', '.join(each.sql for each in groups)} ORDER BY {in_order(groups)} LIMIT ?"
            args = (*args, wanted.select.limit + 1)
        rows = await work.fetch(sql, *args)
        page = rows[: wanted.select.limit]
        found = [self._group(wanted, row) for row in page]
        last = [page[-1][f"group_{number}"] for number in range(len(groups))] if len(rows) > len(page) else None
        return found, write_cursor(signature, last) if last is not None else None

    def _columns(self, number: int, measure: Measure, column: str) -> list[str]:
        """Return what to select for a measure. SQLite adds whole numbers in two halves, so that no sum overflows."""
        if measure.of == "count":
            return [f"count({column or '*'}) AS value_{number}"]
        if measure.of in ("min", "max"):
            field, kind = self._at(measure.path)
            name = f"value_{number}"
            if self.dialect == "sqlite":
                name = f'"{name} [{kind.sql_type(field, self.dialect)}]"'
            return [f"{measure.of}({column}) AS {name}"]
        count = [f"count({column}) AS count_{number}"] if measure.of == "avg" else []
        if self.dialect == "sqlite":
            halves = (("value", "/"), ("rest", "%"))
            return [f"sum({column} {op} {_HALF}) AS {name}_{number}" for name, op in halves] + count
        return [f"sum({column}) AS value_{number}", *count]

    def _at(self, path: Path) -> tuple[Field, FieldType]:
        row: Any = self.shape
        for name in path[:-1]:
            row = self._target(row, name)
        found: tuple[Field, FieldType] = row.fields[path[-1]]
        return found

    def _group(self, wanted: Totals, row: dict[str, Any]) -> Group:
        common = [self._decoded(path, row[f"group_{number}"]) for number, path in enumerate(wanted.group)]
        return Group(tuple(common), tuple(self._value(at, each, row) for at, each in enumerate(wanted.measures)))

    def _decoded(self, path: Path, raw: Any) -> Any:
        if len(path) == 1 and path[0] not in self.shape.fields:
            return raw
        field, kind = self._at(path)
        return kind.decode(raw, field, self.dialect)

    def _value(self, number: int, measure: Measure, row: dict[str, Any]) -> Any:
        raw = row[f"value_{number}"]
        if measure.of == "count":
            return int(raw)
        if raw is None:
            return None
        field, kind = self._at(measure.path)
        if measure.of in ("min", "max"):
            return kind.decode(raw, field, self.dialect)
        scale = kind.decimals(field) or 0
        total = Decimal(raw)
        if self.dialect == "sqlite":
            total = Decimal(int(raw) * _HALF + int(row[f"rest_{number}"])).scaleb(-scale, _WIDE)
        if measure.of == "sum":
            return total if scale else int(total)
        mean = _WIDE.divide(total, Decimal(int(row[f"count_{number}"])))
        return mean.quantize(Decimal(1).scaleb(-MEAN_DECIMALS), context=_WIDE)
