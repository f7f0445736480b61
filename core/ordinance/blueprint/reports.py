"""Build reports and dashboards from the merged tree, and say what is wrong with each where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from ordinance.blueprint import reporting
from ordinance.blueprint.bench import Bench, Node, made_words
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.blueprint.offers import department_of, is_of_documents
from ordinance.blueprint.periods import BUCKETS, read_period
from ordinance.blueprint.report_rows import Rows
from ordinance.blueprint.reporting import Chart, Column, Dashboard, Group, Parameter, Report, Show, Tile, Total
from ordinance.blueprint.values import Entity
from ordinance.expressions import NUMBER, Catalogue, Expression
from ordinance.expressions import Scope as Names
from ordinance.fields import Reasons, Types
from ordinance.problems import Text, did_you_mean

_GROUPED = frozenset({"text", "choice", "number", "boolean", "date", "datetime", "record"})
_ADDED = ("number", "span")
_ORDERED = (*_ADDED, "date", "datetime")
_NUMBERS = Text("数字或时长", "numbers or spans")
_IN_ORDER = Text("数字、时长或日期", "numbers, spans or dates")
_COUNT = Text("数量", "Count")


def build_reports(
    bench: Bench, compiler: Compiler, types: Types, entities: Mapping[str, Entity]
) -> dict[str, Report]:
    """Return the reports by id. One that cannot be, that is switched off, or whose department is, is left out."""
    found = {}
    for id, node in bench.node("reports").items():
        report = _report(id, node, compiler, types, entities)
        if report is not None and node.flag("enabled", default=True) and report.department not in bench.off:
            found[id] = report
    return found


def _report(
    id: str, node: Node, compiler: Compiler, types: Types, entities: Mapping[str, Entity]
) -> Report | None:
    if _is_of_no_document(id, node, entities):
        node.bench.report("report_left_out", node.path, entity=node.text("of") or id)
        return None
    rows = Rows.of(id, node, compiler, types, entities)
    if rows is None:
        return None
    groups = tuple(each for name, at in node.at("group").items() if (each := _group(name, at, rows)) is not None)
    asked = [_parameter(name, at, rows) for name, at in node.at("parameters").items()]
    columns = _columns(node.at("columns"), rows)
    if not node.at("columns").names():
        node.bench.report("report_without_columns", node.path)
    report = Report(
        id=id,
        label=node.words("label") or made_words(id),
        of=rows.of_entity,
        about=node.words("about"),
        lines=node.text("lines") or "",
        each="step" if node.text("each") else "",
        where=rows.condition(node.at("when")),
        parameters={each.id: each for each in asked if each is not None},
        groups=groups,
        columns=columns,
        sort=tuple((name.removeprefix("-"), name.startswith("-")) for name in node.at("sort").names()),
        limit=node.number("limit"),
        by=node.at("by").names(),
        department=_department(node),
        place=node.place,
    )
    _names(node, report)
    if report.compares and not report.period:
        node.bench.report("compares_nothing", node.at("columns").path)
    return replace(report, chart=_chart(node.at("chart"), report))


def _is_of_no_document(id: str, node: Node, entities: Mapping[str, Entity]) -> bool:
    """Return whether a department's report is about how documents go, of records that no process of this company moves.

    A department offers it for the companies that have such a process; in the others it is no fault.
    """
    entity = entities.get(node.text("of") or id)
    if entity is None or entity.workflows or not _department(node):
        return False
    said = [str(each.data) for each in (node.at("when"), *(at for _, at in node.at("columns").items())) if each]
    said += [*node.at("group").names(), *node.at("parameters").names()]
    return bool(node.text("each")) or is_of_documents(said, entity)


def _department(node: Node) -> str:
    """Return the department whose file says what the report is about; empty for the company's own."""
    return department_of(node, "of" if "of" in node else "columns")


def _names(node: Node, report: Report) -> None:
    """Report names in sort and chart that are no column and no group."""
    groups = [each.id for each in report.groups]
    known = {*node.at("columns").names(), *node.at("group").names()}
    chart = node.at("chart")
    shown = [(name.removeprefix("-"), each.path, known) for name, each in node.at("sort").items()]
    for key, among in (("value", set(report.columns)), ("across", set(groups)), ("split", set(groups))):
        name = chart.text(key)
        if name:
            shown.append((name, (*chart.path, key), among))
    for name, path, among in shown:
        if name not in among:
            node.bench.report("unknown_column", path, name=name, remedy=did_you_mean(name, among))


def _chart(node: Node, report: Report) -> Chart | None:
    """Return how a report is drawn; what is not said is the first column, along the first group, split by the other."""
    groups = [each.id for each in report.groups]
    if not node or not groups or not report.columns or node.text("kind") == "table":
        return None
    across = node.text("across") or groups[0]
    others = [each for each in groups if each != across]
    kind = node.text("kind") or "bar"
    split = node.text("split") or ("" if kind == "pie" or not others else others[0])
    return Chart(cast("reporting.Kind", kind), node.text("value") or next(iter(report.columns)), across, split)


def _group(name: str, node: Node, rows: Rows) -> Group | None:
    path = tuple(name.split("."))
    if path == reporting.WAITS_AT and rows.is_of_documents:
        return Group(name, Text("当前环节", "Step now"), path, None)
    bucket = ""
    if len(path) > 1 and path[-1] in BUCKETS and rows.type_of(path) is None:
        path, bucket = path[:-1], path[-1]
    kind = rows.type_of(path)
    if kind is None:
        node.bench.report("unknown_path", node.path, name=name, entity=rows.entity, remedy=rows.near(name))
        return None
    if bucket and kind.kind not in ("date", "datetime"):
        node.bench.report("no_days", node.path, name=".".join(path), bucket=bucket)
        return None
    value = rows.path(path, node)
    if value is None or kind.kind not in _GROUPED or rows.paper_fault(value) is not None:
        node.bench.report("cannot_group", node.path, name=name)
        return None
    bucket = bucket or ("day" if kind.kind == "datetime" else "")
    return Group(name, node.words("label") or rows.label(path), path, value, rows.field_at(path), bucket)


def _parameter(name: str, node: Node, rows: Rows) -> Parameter | None:
    path = tuple(name.split("."))
    kind, field = rows.type_of(path), rows.field_at(path)
    if kind is None or kind.kind not in _GROUPED:
        if kind is None:
            node.bench.report("unknown_path", node.path, name=name, entity=rows.entity, remedy=rows.near(name))
        else:
            node.bench.report("cannot_group", node.path, name=name)
        return None
    value = rows.path(path, node)
    if value is None or rows.paper_fault(value) is not None:
        node.bench.report("cannot_group", node.path, name=name)
        return None
    is_period = kind.kind in ("date", "datetime")
    made = Parameter(
        name, node.words("label") or rows.label(path), path, value, field, node.text("default") or "", is_period
    )
    _default(node, made, rows.types)
    return made


def _default(node: Node, parameter: Parameter, types: Types) -> None:
    """Report a default that is no value of the parameter."""
    text = parameter.default
    if not text:
        return
    if parameter.is_period:
        if read_period(text) is None:
            node.bench.report("unknown_period", (*node.path, "default"), got=text)
    elif parameter.field is not None:
        value = types.of(parameter.field).parse_text(text, parameter.field)
        if isinstance(value, Reasons):
            node.bench.report(
                "bad_parameter_default", (*node.path, "default"), name=parameter.id, detail=value[0].message
            )


def _columns(node: Node, rows: Rows) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for id, each in node.items():
        is_figure = "value" in each or "total" in each
        if is_figure + ("formula" in each) + ("show" in each) > 1:
            each.bench.report("column_says_twice", each.path)
            continue
        if "formula" in each:
            column = _formula(id, each, found, rows)
        else:
            column = _standing(id, each, found) if "show" in each else _figure(id, each, rows)
        if column is not None:
            found[id] = column
    return found


def _formula(id: str, node: Node, before: Mapping[str, Column], rows: Rows) -> Column | None:
    """Return a column worked out of those before it; it is written as the first of them that is a field's."""
    known = {name: NUMBER.optional() for name, each in before.items() if not each.show}
    names = Names(Catalogue({"": known}), user=None)
    formula = rows.compiler.expression(node.at("formula"), Scope(names), NUMBER)
    if formula is None:
        return None
    unit, used = node.words("unit"), {path[0] for path in formula.reads}
    field = next((each.field for name, each in before.items() if name in used and not unit and each.field), None)
    label = node.words("label") or made_words(id)
    return Column(id, label, formula=formula, unit=unit, scale=node.number("scale"), field=field)


def _standing(id: str, node: Node, before: Mapping[str, Column]) -> Column | None:
    """Return a column that says how another one stands."""
    of = before.get(node.text("of") or "")
    if of is None or of.show:
        node.bench.report("column_of_what", (*node.path, "of") if "of" in node else node.path)
        return None
    show = cast("Show", node.text("show"))
    same = show in ("running", "before")
    unit = node.words("unit") or (of.unit if same else None)
    label = node.words("label") or made_words(id)
    field = of.field if same else None
    return Column(id, label, of=of.id, show=show, field=field, unit=unit, scale=node.number("scale"))


def _figure(id: str, node: Node, rows: Rows) -> Column | None:
    """Return a column worked out of rows."""
    total = cast("Total", node.text("total") or "sum")
    path = tuple(id.split("."))
    label = node.words("label")
    value, said = None, "value" in node
    if said:
        value = rows.expression(node.at("value"))
    elif rows.type_of(path) is not None:
        value = rows.path(path, node)
    elif total != "count":
        node.bench.report("unknown_path", node.path, name=id, entity=rows.entity, remedy=rows.near(id))
    if value is None and total != "count":
        return None
    when = rows.condition(node.at("when"))
    column = Column(id, label or (_COUNT if value is None else rows.label_of(id, value)), total, value, when)
    if value is None:
        return column
    if not _fits(node, column, value, said=said):
        return None
    measured, unit = rows.measure(value, node.at("value") if said else node, id)
    field = None if total == "count" else rows.field_of(value)
    return replace(
        column, field=field, unit=node.words("unit") or unit, scale=node.number("scale"), measured=measured
    )


def _fits(node: Node, column: Column, value: Expression, *, said: bool) -> bool:
    """Return whether the values of a column can be put together as it says; report it if they cannot."""
    kinds = {"count": None, "sum": _ADDED, "average": _ADDED}.get(column.total, _ORDERED)
    if kinds is None or value.type.kind in kinds:
        return True
    wanted = _NUMBERS if kinds is _ADDED else _IN_ORDER
    node.bench.report(
        "column_wants", node.at("value").path if said else node.path,
        total=column.total, wanted=wanted, name=column.id, got=value.type.words,
    )  # fmt: skip
    return False


def build_dashboards(bench: Bench, reports: Mapping[str, Report]) -> dict[str, Dashboard]:
    """Return the dashboards by id; a tile of a report that is switched off is left out."""
    return {
        id: Dashboard(
            id,
            node.words("label") or made_words(id),
            node.at("by").names(),
            tuple(each for name, at in node.at("tiles").items() if (each := _tile(name, at, reports)) is not None),
        )
        for id, node in bench.node("dashboards").items()
        if node.flag("enabled", default=True)
    }


def _tile(id: str, node: Node, reports: Mapping[str, Report]) -> Tile | None:
    report, shows, column = node.text("report") or "", node.text("shows") or "", node.text("column") or ""
    if not node.flag("enabled", default=True):
        return None
    if bool(report) == bool(shows):
        node.bench.report("tile_of_nothing", node.path)
        return None
    if report not in reports:
        if report and report not in node.bench.node("reports"):
            known = node.bench.node("reports").names()
            node.bench.report("unknown_report", (*node.path, "report"), name=report, remedy=did_you_mean(report, known))
        return None if report else Tile(id, node.words("label"), shows=cast("reporting.Shows", shows))
    found = reports[report]
    if column and column not in found.columns:
        remedy = did_you_mean(column, found.columns)
        node.bench.report("unknown_column", (*node.path, "column"), name=column, remedy=remedy)
        return None
    given = {name: each.text("default") or "" for name, each in node.at("parameters").items()}
    for name, each in node.at("parameters").items():
        if name not in found.parameters:
            remedy = did_you_mean(name, found.parameters)
            node.bench.report("unknown_report_parameter", each.path, name=name, report=report, remedy=remedy)
        elif found.parameters[name].is_period and given[name] and read_period(given[name]) is None:
            node.bench.report("unknown_period", (*each.path, "default"), got=given[name])
    return Tile(id, node.words("label"), report, column, parameters=given)


