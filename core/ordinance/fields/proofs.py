"""Fields that hold more than a value: files, and the proofs that somebody did, read or signed something.

All are stored as JSON. Who and when are never taken from the caller: the act fills them in through `complete`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from ordinance.expressions import ANY, Type
from ordinance.fields.choices import lost_options
from ordinance.fields.face import PRESENCE, Dialect, Field, FieldType, Reasons, Risk, fault
from ordinance.fields.references import id_of
from ordinance.problems import Text

if TYPE_CHECKING:
    from piccolo.columns import Column

_NOTE_LONGEST = 2000
_NUL = re.compile(r"[\x00\ud800-\udfff]")


def _described(file: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """Return an attachment as a value keeps it: what it is called is taken from it, never from the caller."""
    found = known.get(int(file["id"]), {})
    return {"id": str(file["id"]), **{name: found[name] for name in ("name", "media_type", "size") if name in found}}


def _is_note(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _NOTE_LONGEST and not _NUL.search(value))


class JsonType(FieldType):
    """What all fields stored as one JSON value have in common."""

    operators = PRESENCE

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "JSONTEXT" if dialect == "sqlite" else "JSONB"

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import JSONB

        return JSONB(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return ANY

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.encode(value).decode()

    def decode(self, raw: Any, field: Field, dialect: Dialect) -> Any:
        return None if raw is None else msgspec.json.decode(raw)


class FileType(JsonType):
    """An attachment, by its id; name, media type and size come from the attachment, never from the caller."""

    name = "file"
    wanted = Text("附件", "an attachment, by id")
    widget = "file"
    holds_files = True

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        given = value.get("id") if isinstance(value, Mapping) else value
        found = id_of(given)
        return self.wrong(value) if found is None else {"id": str(found)}

    def files(self, value: Any) -> tuple[int, ...]:
        return () if value is None else (int(value["id"]),)

    def with_files(self, value: Any, known: Mapping[int, Mapping[str, Any]]) -> Any:
        return None if value is None else _described(value, known)

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else str(value.get("name") or value["id"])

    def json_schema(self, field: Field) -> dict[str, Any]:
        properties = {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}}
        return {"anyOf": [{"type": "string"}, {"type": "object", "properties": properties, "required": ["id"]}]}


class ImageType(FileType):
    """A picture."""

    name = "image"
    wanted = Text("图片", "a picture, by id")
    widget = "image"
    pictures_only = True


class _WitnessedType(JsonType):
    """A proof that carries who gave it and when."""

    def complete(self, value: Any, field: Field, actor: str, now: datetime, before: Any = None) -> Any:
        if not isinstance(value, dict) or "by" in value:
            return value
        if isinstance(before, dict) and {name: before.get(name) for name in value} == value:
            return before
        return {**value, "by": actor, "at": now.astimezone(UTC).isoformat()}

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        if value is None:
            return ""
        at = value.get("at")
        when = datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
        by = str(value.get("by") or "")
        # Who it was is the id of an account, which tells people nothing; the history has the name.
        return " ".join(part for part in (self._words(value, locale), "" if id_of(by) else by, when) if part)

    def _words(self, value: Mapping[str, Any], locale: str) -> str:
        return ""


class EvidenceType(_WitnessedType):
    """A proof of a kind in `accepts`: a note, attachments, or both. At least one of them must be there."""

    name = "evidence"
    wanted = Text("凭证", "evidence: its kind, a note, attachments")
    widget = "evidence"
    holds_files = True
    needs_file: ClassVar[frozenset[str]] = frozenset({"file", "screenshot"})

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            value = {"note": value}
        if not isinstance(value, Mapping) or not _is_note(value.get("note")):
            return self.wrong(value)
        accepted = tuple(field.accepts)
        kind = value.get("kind") or (accepted[0] if len(accepted) == 1 else None)
        if accepted and kind not in accepted:
            return fault("not_an_option", wanted=list(accepted), got=str(kind)[:64]).below("kind")
        files = self._files(value.get("files") or ())
        if isinstance(files, Reasons):
            return files
        note = value.get("note") or None
        if (kind in self.needs_file and not files) or not (note or files):
            return fault(
                "required", label=Text("附件" if kind in self.needs_file else "说明或附件", "a file or a note")
            )
        return {"kind": kind, "note": note, "files": files}

    def _files(self, value: Any) -> list[dict[str, str]] | Reasons:
        if not isinstance(value, list | tuple):
            return self.wrong(value).below("files")
        ids = [id_of(each.get("id") if isinstance(each, Mapping) else each) for each in value]
        bad = [position for position, found in enumerate(ids) if found is None]
        if bad:
            return Reasons(item for at in bad for item in self.wrong(value[at]).below(at).below("files"))
        return [{"id": str(found)} for found in ids]

    def files(self, value: Any) -> tuple[int, ...]:
        return tuple(int(each["id"]) for each in (value or {}).get("files") or ())

    def with_files(self, value: Any, known: Mapping[int, Mapping[str, Any]]) -> Any:
        return value and {**value, "files": [_described(each, known) for each in value.get("files") or ()]}

    def _words(self, value: Mapping[str, Any], locale: str) -> str:
        named = "、".join(str(each.get("name") or each["id"]) for each in value.get("files") or ())
        return " ".join(each for each in (value.get("note") or "", named) if each) or str(value.get("kind") or "")

    def json_schema(self, field: Field) -> dict[str, Any]:
        kind: dict[str, Any] = {"type": "string"}
        if field.accepts:
            kind["enum"] = list(field.accepts)
        files = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}}
        properties = {"kind": kind, "note": {"type": ["string", "null"], "maxLength": _NOTE_LONGEST}, "files": files}
        return {"anyOf": [{"type": "string", "maxLength": _NOTE_LONGEST}, {"type": "object", "properties": properties}]}


class ConfirmationType(_WitnessedType):
    """A tick that keeps who made it and when: a read receipt."""

    name = "confirmation"
    wanted = Text("确认", "true to confirm")
    widget = "confirmation"

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None or value is False:
            return None
        if value is True or (isinstance(value, Mapping) and value.get("confirmed") is True):
            return {"confirmed": True}
        return self.wrong(value)

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        tidy = text.strip().lower()
        yes = tidy in {"true", "1", "yes", "on", "是", "√", "✓"}
        return self.parse(yes, field) if yes or tidy in {"", "false", "0", "no", "否"} else self.wrong(text)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, {"type": "object"}]}

    def _words(self, value: Mapping[str, Any], locale: str) -> str:
        return "✓"


class SignatureType(_WitnessedType):
    """A name signed on the spot, with the drawing as an attachment if the device made one."""

    name = "signature"
    wanted = Text("签名", "a signature: the name, perhaps a picture")
    widget = "signature"
    holds_files = True

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            value = {"name": value}
        if not isinstance(value, Mapping) or not isinstance(value.get("name"), str) or not _is_note(value["name"]):
            return self.wrong(value)
        if not value["name"].strip():
            return fault("required", label=self.wanted).below("name")
        picture = value.get("image")
        found = id_of(picture.get("id") if isinstance(picture, Mapping) else picture)
        if picture is not None and found is None:
            return self.wrong(picture).below("image")
        return {"name": value["name"], "image": None if found is None else {"id": str(found)}}

    def files(self, value: Any) -> tuple[int, ...]:
        picture = (value or {}).get("image")
        return (int(picture["id"]),) if picture else ()

    def with_files(self, value: Any, known: Mapping[int, Mapping[str, Any]]) -> Any:
        picture = (value or {}).get("image")
        return {**value, "image": _described(picture, known)} if picture else value

    def _words(self, value: Mapping[str, Any], locale: str) -> str:
        return str(value["name"])

    def json_schema(self, field: Field) -> dict[str, Any]:
        properties = {"name": {"type": "string"}, "image": {"type": ["string", "object", "null"]}}
        described = {"type": "object", "properties": properties, "required": ["name"]}
        return {"anyOf": [{"type": "string", "minLength": 1, "maxLength": _NOTE_LONGEST}, described]}


class ChecklistType(JsonType):
    """The options as items to tick; answered only when every one of them is ticked."""

    name = "checklist"
    wanted = Text("检查清单", "the items that are ticked")
    widget = "checklist"

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
            value = dict.fromkeys(value, True)
        if not isinstance(value, Mapping):
            return self.wrong(value)
        faults = Reasons()
        for item, ticked in value.items():
            if item not in field.options:
                faults = Reasons(faults + fault("not_an_option", wanted=list(field.options), got=str(item)[:64]))
            elif not isinstance(ticked, bool):
                faults = Reasons(faults + self.wrong(ticked).below(item))
        return faults or {item: bool(value.get(item)) for item in field.options}

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return self.parse([part.strip() for part in text.replace("，", ",").split(",") if part.strip()] or None, field)

    def is_blank(self, value: Any, field: Field) -> bool:
        return value is None or not all(value.get(item) for item in field.options)

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        if value is None:
            return ""
        return f"{sum(1 for item in field.options if value.get(item))}/{len(field.options)}"

    def json_schema(self, field: Field) -> dict[str, Any]:
        items = {item: {"type": "boolean"} for item in field.options}
        ticked = {"type": "array", "items": {"enum": list(field.options)}}
        return {"anyOf": [ticked, {"type": "object", "properties": items, "additionalProperties": False}]}

    def widens_to(self, old: Field, new: Field) -> Risk:
        return lost_options(old, new)
