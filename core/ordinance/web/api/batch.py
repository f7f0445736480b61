"""Several writes in one request, each with a result of its own; with `atomic=true` all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response, post

from ordinance import acts
from ordinance.acts import Call, Done, House, Refused
from ordinance.fields.face import kind_of
from ordinance.problems import Reason, reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import KINDS, AnyRequest, GivenHouse, InPath, body_of, call_about, id_of
from ordinance.web.api.parameters import flag, read_parameters
from ordinance.web.api.process import DECISIONS
from ordinance.web.api.replies import done_body, reply
from ordinance.web.problem_details import problem_body

ITEMS_MAX = 200

_MEMBERS: Mapping[str, type] = {
    "values": dict,
    "id": str,
    "version": int,
    "step": str,
    "decision": str,
    "to": str,
    "reason": str,
}


class _UndoneError(Exception):
    """Rolls an atomic batch back."""


@post("/{entity:str}/batch", name="api.batch", status_code=200)
async def do_batch(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Create (`values`), change (`id`, `version`, `values`) or step (`id`, `step`, …) up to 200 records."""
    call = call_about(request, house, entity)
    atomic = flag(read_parameters(request.scope["query_string"], ("atomic",)), "atomic")
    items = _items(body_of(request))
    if not atomic:
        answers = [await _one(house, call, entity, item, number) for number, item in enumerate(items)]
    else:
        answers = await _together(house, call, entity, items)
    return reply({"items": [_result(each, call.locale) for each in answers]})


async def _together(house: House, call: Call, entity: str, items: list[dict[str, Any]]) -> list[Done | Refused]:
    answers: list[Done | Refused] = []
    try:
        async with house.database.work(write=True):
            for number, item in enumerate(items):
                answers.append(await _one(house, call, entity, item, number))
            if any(isinstance(each, Refused) for each in answers):
                raise _UndoneError
    except _UndoneError:
        reasons = [
            replace(
                each,
                where=f"/items/{number}/values{each.where or ''}"
                if (each.where or "/").startswith("/")
                else each.where,
            )
            for number, answer in enumerate(answers)
            for each in (answer.reasons if isinstance(answer, Refused) else ())
        ]
        worst = next(each.kind for each in answers if isinstance(each, Refused))
        raise Halt(worst, reasons) from None
    return answers


async def _one(house: House, call: Call, entity: str, item: dict[str, Any], number: int) -> Done | Refused:
    own = replace(call, key=f"{call.key}#{number}"[:255]) if call.key is not None else call
    values = item.get("values") or {}
    if "id" not in item:
        return await acts.create(house, own, entity, values)
    try:
        id = id_of(item["id"])
    except Halt as halt:
        return Refused("not_found", halt.reasons)
    if item.get("step"):
        return await acts.step(
            house,
            own,
            entity,
            id,
            item["step"],
            decision=item.get("decision") or "pass",
            to=item.get("to"),
            reason=item.get("reason"),
            values=values,
            version=item.get("version"),
        )
    return await acts.update(house, own, entity, id, values, version=item.get("version"))


def _items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    faults = [reason("unknown_field", f"/{name[:100]}", name=name[:100]) for name in body if name != "items"]
    items = body.get("items")
    if not isinstance(items, list):
        raise Halt("invalid", (*faults, reason("required", "/items", label="items")))
    if len(items) > ITEMS_MAX:
        faults.append(reason("too_large", "/items", most=ITEMS_MAX))
    for number, item in enumerate(items[:ITEMS_MAX]):
        faults += _faults(item, f"/items/{number}")
    if faults:
        raise Halt("invalid", faults)
    return items


def _faults(item: Any, where: str) -> list[Reason]:
    if not isinstance(item, dict):
        return [reason("wrong_type", where, wanted=KINDS[dict], got=kind_of(item))]
    faults = []
    for name, value in item.items():
        kind = _MEMBERS.get(name)
        if kind is None:
            faults.append(reason("unknown_field", f"{where}/{name[:100]}", name=name[:100]))
        elif not isinstance(value, kind) or isinstance(value, bool):
            faults.append(reason("wrong_type", f"{where}/{name}", wanted=KINDS[kind], got=kind_of(value)))
    if "id" in item and "version" not in item and not item.get("step"):
        faults.append(reason("required", f"{where}/version", label="version"))
    if item.get("decision") not in (None, *DECISIONS):
        faults.append(reason("not_an_option", f"{where}/decision", got=str(item["decision"])[:100]))
    return faults


def _result(answer: Done | Refused, locale: str) -> dict[str, Any]:
    if isinstance(answer, Refused):
        status, problem = problem_body(answer.kind, answer.reasons, locale)
        return {"status": status, "problem": problem}
    return {"status": 201 if answer.created else 200, "version": answer.version, "record": done_body(answer, locale)}


HANDLERS = [do_batch]
"""Every handler of this module."""
