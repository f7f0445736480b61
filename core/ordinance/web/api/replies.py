"""Turn what acts answer into responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from litestar import Response

from ordinance.acts import Done, Page, Refused, StepView, Task, Term, View
from ordinance.acts import Entry as TimelineEntry
from ordinance.problems import Reason
from ordinance.web.api.halt import Halt

T = TypeVar("T")
_OF_THE_REQUEST = frozenset({"opinion_missing", "idempotency_mismatch"})  # these point into the body, not its values
_NOT_IN_THE_PATH = frozenset({"no_such_step", "no_such_lane"})
_ENCODER = msgspec.json.Encoder(decimal_format="string")


def reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Return a JSON response."""
    return Response(
        _ENCODER.encode(value), status_code=status, media_type="application/json", headers=dict(headers or {})
    )


def checked(answer: T | Refused, below: str = "") -> T:
    """Return an act's answer if it is no refusal.

    Args:
        answer: What the act answered.
        below: Where in the body the values stood that were handed to the act (`/input`).

    Raises:
        Halt: the act refused.
    """
    if isinstance(answer, Refused):
        nowhere = all(each.code in _NOT_IN_THE_PATH for each in answer.reasons)
        raise Halt("not_found" if nowhere else answer.kind, (_moved(each, below) for each in answer.reasons))
    return answer


def reply_done(done: Done, locale: str, *, dry: bool = False) -> Response[bytes]:
    """Return the record after an act: 201 with its address if it was created, else 200."""
    headers = {"etag": etag(done.version)}
    if done.replayed:
        headers["idempotency-replayed"] = "true"
    created = done.created and not dry
    if created:
        headers["location"] = f"/api/{done.entity}/{done.id}"
    return reply(done_body(done, locale), 201 if created else 200, headers)


def done_body(done: Done, locale: str) -> dict[str, Any]:
    """Return the body of an act that went through: the record, and what it warns of."""
    body = dict(done.record)
    if done.warnings:
        body["_warnings"] = [reason_body(each, locale) for each in done.warnings]
    return body


def reply_view(view: View, *, access: bool = False) -> Response[bytes]:
    """Return one record with its version as `ETag`; with `access` also what may be written of it, field by field."""
    more = {"_access": view.access} if access else {}
    return reply({**view.record, **more}, headers={"etag": etag(view.version)})


def reply_page(page: Page, items: list[Any] | None = None) -> Response[bytes]:
    """Return one page of a list; `count` is there only if it was asked for."""
    body: dict[str, Any] = {"items": list(page.items) if items is None else items, "next": page.next}
    if page.count is not None:
        body["count"] = page.count
    return reply(body)


def etag(version: int) -> str:
    """Return the entity tag of a record's version."""
    return f'"{version}"'


def reason_body(each: Reason, locale: str) -> dict[str, Any]:
    """Return a reason in short: for warnings and for refused steps."""
    body: dict[str, Any] = {"code": each.code, "message": each.message.in_(locale)}
    if each.where is not None:
        body["where"] = each.where
    if each.remedy:
        body["remedy"] = each.remedy.in_(locale)
    if each.place is not None:
        body["place"] = {"file": each.place.file, "line": each.place.line, "column": each.place.column}
    return body


def step_body(step: StepView, locale: str) -> dict[str, Any]:
    """Return one thing that could be done to a document."""
    return {
        "kind": step.kind,
        "id": step.id,
        "label": step.label.in_(locale),
        "allowed": step.allowed,
        "reasons": [reason_body(each, locale) for each in step.reasons],
        "asks": [".".join(path) for path in step.asks],
        "offers": [".".join(path) for path in step.offers],
        "to": list(step.to),
        "opinion": step.opinion,
        "closes": step.closes,
    }


def task_body(task: Task, locale: str) -> dict[str, Any]:
    """Return one document of an inbox."""
    return {
        "entity": task.entity,
        "id": str(task.id),
        "number": task.number,
        "title": task.title,
        "step": task.step,
        "label": task.label.in_(locale),
        "status": task.status.in_(locale),
        "since": task.since,
        "due": task.due,
        "amount": task.amount,
    }


def term_body(term: Term, locale: str) -> dict[str, Any]:
    """Return one field of the data dictionary."""
    return {
        "entity": term.entity,
        "field": term.path,
        "label": term.label.in_(locale),
        "type": term.type,
        "wanted": term.wanted.in_(locale),
        "rules": dict(term.rules),
        "help": term.help.in_(locale) if term.help is not None else "",
        "owner": {
            "id": term.owner.id,
            "label": term.owner.label.in_(locale),
            "departments": list(term.owner.departments),
        },
    }


def entry_body(entry: TimelineEntry, locale: str) -> dict[str, Any]:
    """Return one line of a timeline."""
    return {
        "at": entry.at,
        "who": entry.who,
        "on_behalf_of": entry.on_behalf_of,
        "what": entry.what.in_(locale),
        "kind": entry.kind,
        "changes": [{"label": each.label.in_(locale), "old": each.old, "new": each.new} for each in entry.changes],
        "reason": entry.reason,
        "revision": entry.revision,
        "id": str(entry.id),
        "channel": entry.channel,
        "internal": entry.internal,
        "file": {"id": str(entry.file[0]), "name": entry.file[1]} if entry.file is not None else None,
    }


def _moved(each: Reason, below: str) -> Reason:
    if not below or each.code in _OF_THE_REQUEST or each.where is None or not each.where.startswith("/"):
        return each
    return replace(each, where=below + each.where)
