"""The view of the import page: one page, of which each state shows its own part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.exchange import Batch, Tables, is_given
from ordinance.storage import ImportRow
from ordinance.web.ui.views.record import Chip, Mark
from ordinance.web.ui.views.speech import Speech

MAIN = "main"
"""Stands in names of a form for the table of the records; a table of lines goes by its field."""

DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y.%m.%d", "%Y年%m月%d日")
_SHOWN = {"%d.%m.%Y": "24.11.2026", "%d/%m/%Y": "24/11/2026", "%m/%d/%Y": "11/24/2026", "%Y.%m.%d": "2026.11.24",
          "%Y年%m月%d日": "2026年11月24日"}  # fmt: skip
_SAMPLES = 3
_SAMPLE_MAX = 40
_STAGES = ("imp_step_file", "imp_step_map", "imp_step_check", "imp_step_run")
_AT = {"new": 1, "checking": 2, "checked": 2, "refused": 2}
_TONES = {"done": "done", "refused": "late", "broken": "late", "undone": "off", "cancelled": "off", "checked": "mine",
          "new": "mine"}  # fmt: skip
_PLAIN_STATES = frozenset({"new", "checked", "done", "refused", "cancelled", "undone", "broken"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of a file: its heading, some of what stands in it, and the fields it may be."""

    name: str
    heading: str
    samples: tuple[str, ...]
    choices: tuple[Choice, ...]
    matched: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """One table of a file; of one with lines `parent` says which column names the record."""

    title: str
    rows: int
    columns: tuple[ColumnView, ...]
    parent_name: str = ""
    parents: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class BadCell:
    """One fault: where it is, what stands there if it can be mended here, what is wrong."""

    row: int
    about: str
    column: str
    name: str
    value: str
    message: str
    options: tuple[str, ...] = ()
    first: bool = True
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its word."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """One line of the imports so far."""

    href: str
    files: str
    who: str
    when: str
    chip: Chip
    result: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """The page. `state` decides what of the rest is shown."""

    entity: str
    title: str
    list_href: str
    list_label: str
    href: str
    state: str
    marks: tuple[Mark, ...]
    key: str = ""
    batch: str = ""
    files: str = ""
    mine: bool = True
    maker: str = ""
    faults: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    past: tuple[Past, ...] = ()
    tables: tuple[TableView, ...] = ()
    missing: str = ""
    dates: tuple[Choice, ...] = ()
    decimals: tuple[Choice, ...] = ()
    kept: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    file_faults: tuple[str, ...] = ()
    cells: tuple[BadCell, ...] = ()
    bad: int = 0
    shown: int = 0
    good: int = 0
    done: int = 0
    total: int = 0
    records: tuple[tuple[str, str], ...] = ()
    more: int = 0
    stays: tuple[tuple[str, str], ...] = ()
    undone_by: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it, so that the page looks again."""
        return self.state in ("checking", "running", "undoing", "retracting")


def marks_of(speech: Speech, state: str) -> tuple[Mark, ...]:
    """Return the four stages, those behind, the one at hand, those to come."""
    at = 0 if not state else _AT.get(state, 3)
    over = state in ("done", "undone", "cancelled")
    return tuple(
        Mark(speech.say(key), state="done" if place < at or over else "now" if place == at else "next")
        for place, key in enumerate(_STAGES)
    )


def chip_of(speech: Speech, state: str) -> Chip:
    """Return the state of a batch in a pill."""
    key = f"imp_state_{state}" if state in _PLAIN_STATES else "imp_state_busy"
    words = {
        "imp_state_new": speech.say("imp_state_new"),
        "imp_state_checked": speech.say("imp_state_checked"),
        "imp_state_busy": speech.say("imp_state_busy"),
        "imp_state_done": speech.say("imp_state_done"),
        "imp_state_refused": speech.say("imp_state_refused"),
        "imp_state_cancelled": speech.say("imp_state_cancelled"),
        "imp_state_undone": speech.say("imp_state_undone"),
        "imp_state_broken": speech.say("imp_state_broken"),
    }
    return Chip(words[key], _TONES.get(state, "here"))


def figures_of(speech: Speech, batch: Batch) -> tuple[Figure, ...]:
    """Return how many rows came to what, as far as that is known."""
    counts = batch.counts
    written = batch.state not in ("checked", "refused", "checking", "new")
    shown = (
        ("created", speech.say("imp_created") if written else speech.say("imp_new"), "ok"),
        ("updated", speech.say("imp_changed"), "ok"),
        ("unchanged", speech.say("imp_same"), ""),
        ("bad", speech.say("imp_bad"), "bad"),
        ("skipped", speech.say("imp_skipped"), ""),
    )
    return tuple(
        Figure(label, f"{counts.get(name, 0):,}", tone if counts.get(name) else "")
        for name, label, tone in shown
        if counts.get(name) or name in ("created", "updated", "bad")
    )


def result_of(speech: Speech, batch: Batch) -> str:
    """Return the same in a line."""
    found = [f"{each.label} {each.value}" for each in figures_of(speech, batch) if each.value != "0"]
    return " · ".join(found)


def tables_view(speech: Speech, entity: Entity, tables: Tables, mapping: Mapping[str, Any]) -> tuple[TableView, ...]:
    """Return every table of a batch with what each of its columns is taken for."""
    found = [
        TableView(
            speech.of(entity.label),
            len(tables.main.rows),
            _columns(
                speech, MAIN, tables.main, _given(entity.fields), mapping.get("fields") or {},
                with_number=bool(entity.workflows),
            ),
        )
    ]
    for name, sheet in tables.lines.items():
        said = (mapping.get("lines") or {}).get(name) or {}
        declared = entity.fields[name]
        found.append(
            TableView(
                speech.of(declared.label),
                len(sheet.rows),
                _columns(speech, name, sheet, _given(declared.fields), said.get("fields") or {}),
                f"p.{name}",
                tuple(
                    Choice(heading, heading, heading == said.get("parent"))
                    for heading in sheet.headings
                    if heading and heading in tables.main.headings
                ),
            )
        )
    return tuple(found)


def _given(fields: Mapping[str, Field]) -> list[Field]:
    return [each for each in fields.values() if is_given(each)]


def _columns(
    speech: Speech, table: str, sheet: Any, fields: list[Field], said: Mapping[str, str], *, with_number: bool = False
) -> tuple[ColumnView, ...]:
    by_heading = {heading: id for id, heading in said.items()}
    named = [(each.id, speech.of(each.label) + (" *" if each.required else "")) for each in fields]
    if with_number:
        named.insert(0, ("number", speech.say("number")))
    made = []
    for at, heading in enumerate(sheet.headings):
        if not heading:
            continue
        chosen = by_heading.get(heading, "")
        choices = (
            Choice("", speech.say("imp_ignore"), not chosen),
            *(Choice(id, label, id == chosen) for id, label in named),
        )
        made.append(ColumnView(f"m.{table}.{at}", heading, _samples(sheet, at), choices, bool(chosen)))
    return tuple(made)


def _samples(sheet: Any, at: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for _, cells in sheet.rows:
        text = cells[at].strip() if at < len(cells) else ""
        if text:
            found[text if len(text) <= _SAMPLE_MAX else text[: _SAMPLE_MAX - 1] + "…"] = None
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def missing_of(speech: Speech, entity: Entity, tables: Tables, mapping: Mapping[str, Any]) -> str:
    """Return the required fields that no column gives, in words."""
    said = mapping.get("fields") or {}
    names = [speech.of(each.label) for each in _given(entity.fields) if _wanted(each) and each.id not in said]
    for name in tables.lines:
        inner = ((mapping.get("lines") or {}).get(name) or {}).get("fields") or {}
        below = _given(entity.fields[name].fields)
        names += [speech.of(each.label) for each in below if _wanted(each) and each.id not in inner]
    return ("、" if speech.locale == "zh" else ", ").join(names)


def _wanted(field: Field) -> bool:
    return field.required and field.default is None and not field.copy_from and field.series is None


def dates_of(speech: Speech, chosen: str) -> tuple[Choice, ...]:
    """Return the ways in which days may be written."""
    return (
        Choice("", speech.say("imp_dates_auto"), not chosen),
        *(Choice(each, _SHOWN[each], each == chosen) for each in DATES),
    )


def cells_of(
    speech: Speech, entity: Entity, tables: Tables, mapping: Mapping[str, Any], rows: Iterable[ImportRow]
) -> tuple[BadCell, ...]:
    """Return a line for each fault of some rows, with the cell to mend where there is one."""
    texts = {field: dict(sheet.rows) for field, sheet in tables.all.items()}
    found = []
    for row in rows:
        for at, fault in enumerate(row.faults or ()):
            sheet = tables.all.get(fault["sheet"])
            cells = texts.get(fault["sheet"], {}).get(fault["row"], ())
            column = fault["column"]
            mendable = sheet is not None and bool(column) and column in sheet.headings
            place = sheet.headings.index(column) if sheet is not None and mendable else 0
            found.append(
                BadCell(
                    fault["row"],
                    " · ".join(each for each in [cell.strip() for cell in cells if cell.strip()][:2]),
                    column,
                    f"c.{fault['sheet'] or MAIN}.{fault['row']}.{place}" if mendable else "",
                    cells[place] if mendable and place < len(cells) else "",
                    fault["zh"] if speech.locale == "zh" else fault["en"],
                    _options(speech, entity, mapping, fault["sheet"], column),
                    at == 0,
                    f"s.{row.line}" if at == 0 and not fault["sheet"] else "",
                )
            )
    return tuple(found)


def _options(speech: Speech, entity: Entity, mapping: Mapping[str, Any], sheet: str, column: str) -> tuple[str, ...]:
    said = (mapping.get("lines") or {}).get(sheet, {}).get("fields") or {} if sheet else mapping.get("fields") or {}
    fields = entity.fields[sheet].fields if sheet else entity.fields
    field = next((fields[id] for id, heading in said.items() if heading == column and id in fields), None)
    return tuple(speech.of(each) or id for id, each in field.options.items()) if field is not None else ()
