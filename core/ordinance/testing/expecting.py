"""Hold what an act came to against what its scenario expects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from ordinance import acts
from ordinance.acts import Done, Refused, View
from ordinance.problems import Text, did_you_mean
from ordinance.process.model import Workflow
from ordinance.testing.books import amounts
from ordinance.testing.doors import Subject
from ordinance.testing.failing import Difference, difference, unequal
from ordinance.testing.playing import Outcome, Played, words_of
from ordinance.testing.stage import Stage

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


async def differences(stage: Stage, played: Played, before: Before, expect: Mapping[str, Any]) -> list[Difference]:
    """Return what is not as expected; nothing if all is."""
    outcome = played.outcome
    if isinstance(outcome, Refused) and "refused" not in expect:
        said = words_of(outcome)
        return [Difference("refused", Text(f"被拒绝：{said.zh}", f"refused: {said.en}"), got=_codes(outcome))]
    found: list[Difference] = []
    for name, wanted in expect.items():
        check = _CHECKS.get(name)
        if check is None:
            words = Text(f"不认识 expect 里的“{name}”", f"{name} is not understood in expect")
            found.append(Difference(name, words, remedy=did_you_mean(name, _CHECKS)))
        else:
            found += await check(stage, played, before, wanted)
    return found


def _codes(outcome: Refused) -> list[str]:
    return sorted({code for each in outcome.reasons for code in (each.code, *_ALSO.get(each.code, ())[:1])})


async def _refused(_stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    if not isinstance(played.outcome, Refused):
        return [difference("refused", wanted, None)]
    codes = _codes(played.outcome)
    return [] if wanted in codes else [difference("refused", wanted, codes)]


async def _fields(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[Difference]:
    if isinstance(played.outcome, Refused):
        said = " ".join(f"{each.where} {_ALSO.get(each.code, ('', ''))[1]}" for each in played.outcome.reasons)
        return [difference("fields", name, said) for name in wanted if name not in said]
    if not isinstance(wanted, Mapping):
        return []
    record = await _record(stage, played)
    return [
        difference(path, value, _text(_at(record, path)))
        for path, value in wanted.items()
        if not _same(_at(record, path), value)
    ]


async def _waits_at(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[Difference]:
    record = await _record(stage, played)
    workflow = stage.house.blueprint.workflows.get(record.get("workflow") or "")
    return unequal("waits_at", sorted(record.get("waits_at") or ()), sorted(_list(wanted)), _steps(workflow))


def _steps(workflow: Workflow | None) -> Iterator[str]:
    if workflow is not None:
        yield from (each.id for each in workflow.steps)
        yield from (each.id for lane in workflow.lanes.values() for each in lane.steps)


async def _status(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    return unequal("status", (await _record(stage, played)).get("status"), wanted)


async def _number(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    number = (await _record(stage, played)).get("number")
    if wanted == "none":
        return unequal("number", number, None)
    return [] if number and fnmatchcase(number, wanted) else [difference("number", wanted, number)]


async def _done(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    record = await _record(stage, played)
    is_done = record.get("phase", "complete") == "complete"
    return unequal("done", str(is_done).lower(), wanted)


async def _ended(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    record = await _record(stage, played)
    ended = record.get("ended") or ("done" if record.get("phase") == "complete" else None)
    workflow = stage.house.blueprint.workflows.get(record.get("workflow") or "")
    return unequal("ended", ended, wanted, ("done", *workflow.ends) if workflow is not None else ())


async def _warned(_stage: Stage, played: Played, _before: Before, wanted: Any) -> list[Difference]:
    codes = sorted({each.code for each in played.outcome.warnings} if isinstance(played.outcome, Done) else set())
    return _lacking("warned", wanted, codes)


async def _did(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[Difference]:
    return _lacking("did", wanted, await _done_since(stage, before), stage.house.blueprint.actions)


async def _did_not(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[Difference]:
    done = await _done_since(stage, before)
    return [
        Difference("did_not", Text(f"不应执行 {name}，却执行了", f"did_not: {name} was done"), None, name)
        for name in _list(wanted)
        if name in done
    ]


async def _done_since(stage: Stage, before: Before) -> list[str]:
    rows = await _new(stage, before, "ledger", "action, state, seq")
    return [row["action"] for row in sorted(rows, key=lambda row: row["seq"]) if row["state"] == "done"]


async def _undid(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[Difference]:
    rows = await stage.house.database.fetch("SELECT id, action FROM ledger WHERE state = 'undone'")
    undone = [row["action"] for row in rows if row["id"] in before.done]
    return _lacking("undid", wanted, undone, stage.house.blueprint.actions)


async def _told(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[Difference]:
    rows = await _new(stage, before, "outbox", "payload")
    names = {str(each.id): each.name for each in await stage.accounts.every()}
    messages = [_json(row["payload"]) for row in rows]
    # A role is told by its name; a person, or the people of a partner, by theirs.
    told = [
        (who, each["message"])
        for each in messages
        for who in ([each["who"]] if each["who"] else [names.get(id, "") for id in each["to"]])
    ]
    pairs = wanted.items() if isinstance(wanted, Mapping) else ((who, None) for who in _list(wanted))
    return [
        difference("told", f"{who} {message or ''}".strip(), [f"{one} {said}".strip() for one, said in told])
        for who, message in pairs
        if not any(each == who and message in (None, said) for each, said in told)
    ]


async def _events(stage: Stage, played: Played, before: Before, wanted: Any) -> list[Difference]:
    rows = await _new(stage, before, "event", "name")
    happened = {row["name"] for row in rows}
    for action in await _done_since(stage, before):
        spec = stage.house.blueprint.actions.get(action)
        happened.update(spec.emits if spec else ())
    if isinstance(played.outcome, Done) and played.outcome.event:
        happened.add(played.outcome.event)
    return _lacking("events", wanted, sorted(happened))


async def _opened(stage: Stage, _played: Played, before: Before, wanted: Any) -> list[Difference]:
    rows = [row for row in await _new(stage, before, "event", "entity, name") if row["name"].endswith(".create")]
    opened = {row["name"].partition(".")[0] for row in rows} | {row["entity"] for row in rows}
    return _lacking("opened", wanted, sorted(opened), stage.house.blueprint.workflows)


async def _assigned(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    subject = played.subject
    rows = await stage.house.database.fetch(
        'SELECT assigned FROM "wait" WHERE document = ?', subject.id if subject else 0
    )
    names = {str(each.id): each.name for each in await stage.accounts.every()}
    assigned = [names.get(row["assigned"] or "", "") for row in rows]
    return [] if wanted in assigned else [difference("assigned", wanted, assigned)]


async def _hides(stage: Stage, played: Played, _before: Before, wanted: Any) -> list[Difference]:
    record = await _record(stage, played)
    return [
        Difference("hides", Text(f"不应看到 {path}，却看到了", f"hides: {path} is shown"), got=_text(_at(record, path)))
        for path in _list(wanted)
        if _at(record, path) is not None
    ]


async def _same_as(stage: Stage, played: Played, _before: Before, wanted: str) -> list[Difference]:
    if stage.named.get(wanted) == played.subject:
        return []
    words = Text(f"不是单据“{wanted}”", f"same_as: it is not the document {wanted}")
    remedy = None if wanted in stage.named else did_you_mean(wanted, stage.named)
    return [Difference("same_as", words, wanted, remedy=remedy)]


async def _stock(stage: Stage, _played: Played, _before: Before, wanted: Any) -> list[Difference]:
    return await amounts(stage, "stock", wanted)


async def _balance(stage: Stage, _played: Played, _before: Before, wanted: Any) -> list[Difference]:
    return await amounts(stage, "balance", wanted)


def _lacking(what: str, wanted: Any, got: list[str], names: Iterable[str] = ()) -> list[Difference]:
    """Return a difference for each wanted name that is not among those that are there."""
    known = set(names)
    return [
        difference(what, name, got, did_you_mean(name, known) if known and name not in known else None)
        for name in _list(wanted)
        if name not in got
    ]


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
    "stock": _stock,
    "balance": _balance,
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
    if isinstance(value, Mapping):
        return str(value.get("key") or value.get("title"))
    return "" if value is None else str(value)


def _list(value: Any) -> Iterator[str]:
    yield from [value] if isinstance(value, str) else value


def _json(payload: Any) -> Any:
    return json.loads(payload) if isinstance(payload, str | bytes) else payload
