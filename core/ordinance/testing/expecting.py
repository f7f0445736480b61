"""Hold what an act came to against what its scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from ordinance import acts
from ordinance.acts import Done, Refused, View
from ordinance.testing.playing import Outcome, Played, words_of
from ordinance.testing.stage import Stage, Subject

_ALSO = {"opinion_missing": ("missing", "opinion")}
"""A code that scenarios may know by a wider one, and the field it stands for there."""


@dataclass(frozen=True, slots=True)
class Before:
    """The rows of the books before an act, by table, and the effects that stood done.

    The clock of a scenario stands still, so ids do not tell what is new.
    """

    rows: Mapping[str, frozenset[int]]
    done: frozenset[int]


async def look(stage: Stage) -> Before:
    """Return how the books stand now."""
    rows = {table: await _ids(stage, f"SELECT id FROM {table}") for table in ("ledger", "event", "outbox")}  # noqa: S608
    return Before(rows, await _ids(stage, "SELECT id FROM ledger WHERE state = 'done'"))


async def _ids(stage: Stage, sql: str) -> frozenset[int]:
    return frozenset(row["id"] for row in await stage.house.database.fetch(sql))


async def _new(stage: Stage, before: Before, table: str, columns: str) -> list[dict[str, Any]]:
    """Return the rows of a table that were not there before."""
    rows = await stage.house.database.fetch(f"SELECT id, {columns} FROM {table}")  # noqa: S608 - names of ours
    return [row for row in rows if row["id"] not in before.rows[table]]


async def differences(stage: Stage, played: Played, before: Before, expect: Mapping[str, Any]) -> list[str]:
    """Return what is not as expected, in words; nothing if all is."""
    outcome = played.outcome
    if isinstance(outcome, Refused) and "refused" not in expect:
        return [f"refused: {words_of(outcome).zh}"]
    found: list[str] = []
    for name, wanted in expect.items():
        found += (
            await _CHECKS[name](stage, played, before, wanted) if name in _CHECKS else [f"{name} is not understood"]
        )
    return found


async def _refused(_stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    if not isinstance(played.outcome, Refused):
        return [f"not refused, but {wanted} was expected"]
    codes = {code for each in played.outcome.reasons for code in (each.code, *_ALSO.get(each.code, ())[:1])}
    return [] if wanted in codes else [f"refused with {sorted(codes)}, not {wanted}: {words_of(played.outcome).zh}"]


async def _fields(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[str]:
    if isinstance(played.outcome, Refused):
        said = " ".join(f"{each.where} {_ALSO.get(each.code, ('', ''))[1]}" for each in played.outcome.reasons)
        return [f"{name} is not among the refused fields: {said}" for name in wanted if name not in said]
    if not isinstance(wanted, Mapping):
        return []
    record = await _record(stage, played)
    return [
        f"{path} is {_text(_at(record, path))!r}, not {value!r}"
        for path, value in wanted.items()
        if not _same(_at(record, path), value)
    ]


async def _waits_at(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[str]:
    record = await _record(stage, played)
    return _unequal("waits_at", sorted(record.get("waits_at") or ()), sorted(_list(wanted)))


async def _status(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    return _unequal("status", (await _record(stage, played)).get("status"), wanted)


async def _number(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    number = (await _record(stage, played)).get("number")
    if wanted == "none":
        return _unequal("number", number, None)
    return [] if number and fnmatchcase(number, wanted) else [f"number is {number}, not {wanted}"]


async def _done(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    record = await _record(stage, played)
    is_done = record.get("phase", "complete") == "complete"
    return _unequal("done", str(is_done).lower(), wanted)


async def _ended(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    record = await _record(stage, played)
    ended = record.get("ended") or ("done" if record.get("phase") == "complete" else None)
    return _unequal("ended", ended, wanted)


async def _warned(_stage: Stage, played: Played, _before: Before, wanted: Any) -> list[str]:
    codes = {each.code for each in played.outcome.warnings} if isinstance(played.outcome, Done) else set()
    return [f"no warning of {name}, but {sorted(codes)}" for name in _list(wanted) if name not in codes]


async def _did(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[str]:
    done = await _done_since(stage, before)
    return [f"{name} was not done, but {done}" for name in _list(wanted) if name not in done]


async def _did_not(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[str]:
    done = await _done_since(stage, before)
    return [f"{name} was done" for name in _list(wanted) if name in done]


async def _done_since(stage: Stage, before: Before) -> list[str]:
    rows = await _new(stage, before, "ledger", "action, state, seq")
    return [row["action"] for row in sorted(rows, key=lambda row: row["seq"]) if row["state"] == "done"]


async def _undid(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[str]:
    rows = await stage.house.database.fetch("SELECT id, action FROM ledger WHERE state = 'undone'")
    undone = [row["action"] for row in rows if row["id"] in before.done]
    return [f"{name} was not undone, but {undone}" for name in _list(wanted) if name not in undone]


async def _told(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[str]:
    rows = await _new(stage, before, "outbox", "payload")
    told = [(each["who"], each["message"]) for each in (_json(row["payload"]) for row in rows)]
    pairs = wanted.items() if isinstance(wanted, Mapping) else ((who, None) for who in _list(wanted))
    return [
        f"{who} was not told {message or 'anything'}, but {told}"
        for who, message in pairs
        if not any(each == who and message in (None, said) for each, said in told)
    ]


async def _events(stage: Stage, played: Played, before: Before, wanted: Any) -> list[str]:
    rows = await _new(stage, before, "event", "name")
    happened = {row["name"] for row in rows}
    for action in await _done_since(stage, before):
        spec = stage.house.blueprint.actions.get(action)
        happened.update(spec.emits if spec else ())
    if isinstance(played.outcome, Done) and played.outcome.event:
        happened.add(played.outcome.event)
    return [f"{name} did not happen, but {sorted(happened)}" for name in _list(wanted) if name not in happened]


async def _opened(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[str]:
    rows = [row for row in await _new(stage, before, "event", "entity, name") if row["name"].endswith(".create")]
    opened = {row["name"].partition(".")[0] for row in rows} | {row["entity"] for row in rows}
    return [f"no {name} was opened, but {sorted(opened)}" for name in _list(wanted) if name not in opened]


async def _assigned(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    subject = played.subject
    rows = await stage.house.database.fetch(
        'SELECT assigned FROM "wait" WHERE document = ?', subject.id if subject else 0
    )
    account = await stage.accounts.find(wanted)
    assigned = [row["assigned"] for row in rows]
    return [] if account is not None and str(account.id) in assigned else [f"assigned to {assigned}, not {wanted}"]


async def _hides(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[str]:
    record = await _record(stage, played)
    return [f"{path} is shown" for path in _list(wanted) if _at(record, path) is not None]


async def _same_as(stage: Stage, played: Played, _before: Before, wanted: str) -> list[str]:
    return [] if stage.named.get(wanted) == played.subject else [f"it is not the document {wanted}"]


_CHECKS = {
    "refused": _refused,
    "fields": _fields,
    "waits_at": _waits_at,
    "status": _status,
    "number": _number,
    "done": _done,
    "ended": _ended,
    "warned": _warned,
    "did": _did,
    "did_not": _did_not,
    "undid": _undid,
    "told": _told,
    "events": _events,
    "opened": _opened,
    "assigned": _assigned,
    "hides": _hides,
    "same_as": _same_as,
}


async def _record(stage: Stage, played: Played) -> Mapping[str, Any]:
    """Return the record after the act: as the reader sees it if it was read, else as the house sees it."""
    outcome: Outcome = played.outcome
    if isinstance(outcome, View):
        return outcome.record
    subject: Subject | None = played.subject
    if subject is None:
        return {}
    found = await acts.read(stage.house, stage.call(), subject.entity, subject.id)
    return {} if isinstance(found, Refused) else found.record


def _at(record: Any, path: str) -> Any:
    value = record
    for name in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, Mapping):
        return str(wanted) in {str(value.get(name)) for name in ("key", "title", "id")}
    if value is None or wanted in (None, "none"):
        return value in (None, "") and wanted in (None, "", "none")
    if isinstance(value, bool):
        return str(value).lower() == str(wanted).lower()
    try:
        return Decimal(str(value)) == Decimal(str(wanted))
    except InvalidOperation:
        return str(value) == str(wanted)


def _text(value: Any) -> str:
    return str(value.get("key") or value.get("title")) if isinstance(value, Mapping) else str(value)


def _list(value: Any) -> Iterator[str]:
    yield from [value] if isinstance(value, str) else value


def _unequal(name: str, got: Any, wanted: Any) -> list[str]:
    return [] if got == wanted else [f"{name} is {got}, not {wanted}"]


def _json(payload: Any) -> Any:
    import json

    return json.loads(payload) if isinstance(payload, str | bytes) else payload
