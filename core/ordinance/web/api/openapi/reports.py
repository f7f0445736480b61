"""The description of reports: a path for each, with its parameters, and the schema of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ordinance.blueprint.reporting import Parameter, Report
from ordinance.web.api.openapi.shared import answer, operation, ref, text

SCHEMA = "_report"

_PERIOD = "a period: 30d, 12w, 12mo, this_month, last_week, today, all, or 2026-01-01..2026-03-31"
_TEXT: dict[str, Any] = {"type": "string"}
_SORT = text("sort", "a column or a group, `-` before it for descending")


def report_paths(reports: Iterable[Report]) -> dict[str, Any]:
    """Return the paths of reports."""
    known = list(reports)
    listed = {"200": answer("the reports for the caller", ref("_items"))}
    found = {"200": answer("what it says", ref(SCHEMA))}
    ids = _TEXT | ({"enum": [each.id for each in known]} if known else {})
    named = {"name": "report", "in": "path", "required": True, "schema": ids}
    says = "What a report says; each has parameters of its own"
    generic = operation("report", says, found, parameters=[named, _SORT])
    paths: dict[str, Any] = {
        "/api/reports": {"get": operation("reports", "Which reports there are", listed)},
        "/api/reports/{report}": {"get": generic},
    }
    for each in known:
        parameters = [*(_parameter(one) for one in each.parameters.values()), _SORT]
        paths[f"/api/reports/{each.id}"] = {
            "get": operation(f"reports.{each.id}", each.label.en or each.id, found, parameters=parameters)
        }
    return paths


def _parameter(each: Parameter) -> dict[str, Any]:
    label = each.label.en or each.id
    default = f"; {each.default} if nothing is said" if each.default else ""
    return text(each.id, (f"{label}, {_PERIOD}" if each.is_period else label) + default)


def report_schemas() -> dict[str, Any]:
    """Return the schema of an answer."""
    named = {"type": "object", "properties": {"id": _TEXT, "label": _TEXT, "unit": _TEXT}, "required": ["id", "label"]}
    value = {"type": ["string", "integer", "null"], "description": "decimals as text, lengths of time in hours"}
    key = {
        "type": "object",
        "properties": {
            "value": {"type": ["string", "boolean", "null"]},
            "text": _TEXT,
            "others": {"type": "boolean", "description": "this is what is beyond the limit of the report"},
        },
        "required": ["value", "text"],
    }
    figures = {
        "values": {"type": "object", "additionalProperties": value},
        "mixed": {"type": "array", "items": _TEXT, "description": "columns of several units, which are not added"},
        "measured": {"type": "object", "additionalProperties": _TEXT, "description": "by column: its unit, by row"},
    }
    row = {
        "type": "object",
        "properties": {"group": {"type": "object", "additionalProperties": key}, **figures},
        "required": ["group", "values"],
    }
    total = {"type": "object", "properties": figures, "required": ["values"]}
    days = {name: {"type": ["string", "null"]} for name in ("since", "until")}
    period = {"type": ["object", "null"], "properties": days}
    report = {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "label": _TEXT,
            "about": _TEXT,
            "of": _TEXT,
            "parameters": {"type": "object", "additionalProperties": _TEXT},
            "period": period,
            "groups": {"type": "array", "items": named},
            "columns": {"type": "array", "items": named},
            "rows": {"type": "array", "items": row},
            "total": total,
            "before": total | {"description": "the period before, where it is compared"},
            "left_out": {"type": "array", "items": _TEXT, "description": "columns made of what the caller may not see"},
        },
        "required": ["id", "label", "groups", "columns", "rows", "total", "left_out"],
    }
    return {SCHEMA: report}
