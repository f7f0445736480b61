"""What names and values of expressions are called: labels of fields, texts of values, both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.acts.house import Force
from ordinance.blueprint import Field
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.process.model import Path

_ENGINE: Mapping[str, Text] = {
    "id": Text("编号", "id"),
    "number": Text("单号", "number"),
    "done": Text("已完成", "completed"),
    "status": Text("状态", "status"),
    "waits_at": Text("等待环节", "where it waits"),
    "created_at": Text("创建时间", "created at"),
    "created_by": Text("创建人", "created by"),
    "updated_at": Text("修改时间", "changed at"),
    "workflow": Text("流程", "process"),
    "phase": Text("阶段", "phase"),
    "ended": Text("结果", "outcome"),
    "version": Text("版本", "version"),
    "name": Text("名称", "name"),
    "roles": Text("角色", "roles"),
}


def word(code: str, **values: Any) -> Text:
    """Return the words of the catalogue for a code."""
    return reason(code, **values).message


def listed(texts: Iterable[Text | str], mark_zh: str = "、", mark_en: str = ", ") -> Text:
    """Return several words as one list."""
    found = [Text.of(each) if isinstance(each, str) else each for each in texts]
    return Text(mark_zh.join(each.in_("zh") for each in found), mark_en.join(each.in_("en") for each in found))


def quoted(text: Text) -> Text:
    """Return words in quotes."""
    return Text(f"“{text.in_('zh')}”", f"“{text.in_('en')}”")


@dataclass(frozen=True, slots=True)
class Names:
    """The words of one site; `people` are the names of accounts by id."""

    force: Force
    entity: str
    workflow: Workflow | None = None
    people: Mapping[str, str] | None = None

    def person(self, id: str) -> str:
        """Return the name of an account."""
        return (self.people or {}).get(id, id) or word("says_nothing").zh

    def step(self, id: str) -> Text:
        """Return the label of a step or lane."""
        if self.workflow is None:
            return Text.of(id)
        inside = (each for lane in self.workflow.lanes.values() for each in lane.steps if each.id == id)
        found = self.workflow.step(id) or self.workflow.lanes.get(id) or next(inside, None)
        if id == "draft":
            return Text("草稿", "draft")
        return found.label if found is not None and found.label else Text.of(id)

    def roles(self, ids: Iterable[str]) -> Text:
        """Return roles by their labels."""
        return listed(self.force.rights.label(each) for each in ids)

    def field(self, entity: str, name: str) -> Field | None:
        """Return the field of an entity or of its lines (`order.lines`)."""
        owner, _, lines = entity.partition(".")
        declared = self.force.blueprint.entities.get(owner)
        if declared is None:
            return None
        return declared.at((lines, name) if lines else (name,))

    def label(self, entity: str, name: str) -> Text:
        """Return what a name of an entity is called."""
        found = self.field(entity, name)
        if found is not None:
            return found.label or Text.of(name)
        value = self.force.blueprint.values.get((entity, name))
        declared = self.force.blueprint.entities.get(entity)
        if value is not None and value.label:
            return value.label
        if declared is not None and name in declared.backs:
            other = self.force.blueprint.entities.get(declared.backs[name].entity)
            return other.label if other is not None else Text.of(name)
        return _ENGINE.get(name, Text.of(name))

    def path(self, names: Path, entities: Iterable[str] = ()) -> Text:
        """Return a path in words: every name on the way."""
        found, entity = [], self.entity
        for name, known in zip(names, [*entities] or [None] * len(names), strict=True):  # type: ignore[list-item]
            entity = known if known is not None else entity
            found.append(self.label(entity, name))
            field = self.field(entity, name)
            if field is not None and field.fields:
                entity = f"{entity}.{name}"
            elif field is not None and field.to:
                entity = field.to
        return listed(found, " · ", " · ")

    def value(self, value: Any, field: Field | None = None) -> Text:
        """Return a value in words: as its field shows it, or as it is."""
        if value is None or value in ("", (), []):
            return word("says_nothing")
        if isinstance(value, Mapping):
            return Text.of(self._record(value, field))
        if isinstance(value, bool):
            return word("says_yes" if value else "says_no")
        if field is not None and not field.fields and not isinstance(value, list | tuple):
            return self._shown(value, field)
        if isinstance(value, list | tuple):
            if value and isinstance(value[0], Mapping) and field is not None and field.fields:
                return Text.of(str(len(value)))
            return listed(self._item(each, field) for each in value)
        return Text.of(self._plain(value))

    def _item(self, value: Any, field: Field | None) -> Text:
        if field is not None and isinstance(value, str) and value in field.options:
            return field.options[value]
        return self.value(value, field)

    def _shown(self, value: Any, field: Field) -> Text:
        kind, zone = self.force.types.of(field), ZoneInfo(self.force.blueprint.company.zone)
        if kind.target(field) is not None:
            return Text.of(self._plain(value))
        if isinstance(value, str) and value in field.options:
            return field.options[value]
        try:
            return Text(*(kind.to_text(value, field, each, zone) for each in ("zh", "en")))
        except (TypeError, ValueError, AttributeError):
            # A bound need not be of the field's own kind: a day held against a moment, a span.
            return Text.of(self._plain(value))

    def _record(self, value: Mapping[str, Any], field: Field | None) -> str:
        target = self.force.blueprint.entities.get(field.to or "") if field is not None else None
        names = [target.title, target.key] if target is not None else []
        found = next((value[each] for each in (*names, "display_name", "number") if each and value.get(each)), None)
        return str(found if found is not None else self.person(str(value.get("id", ""))))

    def _plain(self, value: Any) -> str:
        if isinstance(value, Decimal):
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.force.blueprint.company.zone)).strftime("%Y-%m-%d %H:%M")
        return value.isoformat() if isinstance(value, date) else str(value)

    def moment(self, at: datetime) -> str:
        """Return an instant in the company's zone."""
        return self._plain(at)
