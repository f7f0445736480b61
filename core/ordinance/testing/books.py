"""`stock` and `balance` in expect: amounts that departments keep, by the key of the record they are kept of.

    expect: {stock: {P-1: "-2"}, balance: {receivable: "120.00"}}

A department gives such an amount as any other read-only name: it declares a value called `stock` or `balance` of an
entity that has a key (`values: {stock: {of: product, type: quantity}}`) and answers it in `ordinance_values`.
Source: language.md §4 and §6.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ordinance.acts.context import ValueContext
from ordinance.departments import find_departments
from ordinance.problems import Text
from ordinance.testing.failing import Difference, difference
from ordinance.testing.stage import Stage


async def amounts(stage: Stage, word: str, wanted: Any) -> list[Difference]:
    """Return which amounts are not as expected.

    Args:
        stage: The scenario in progress.
        word: `stock` or `balance`.
        wanted: Key to amount.
    """
    specs = stage.house.blueprint.values.values()
    spec = next((each for each in specs if each.id == word and each.lines is None), None)
    if spec is None:
        return [_nobody(stage, word)]
    pairs = wanted.items() if isinstance(wanted, Mapping) else ()
    if not pairs or any(isinstance(amount, Mapping | list) for _, amount in pairs):
        words = Text(
            f"{word} 要写成“{spec.entity} 的编码: 数量”", f"{word} is told as “key of the {spec.entity}: amount”"
        )
        return [Difference(word, words, wanted)]
    found = {key: await _amount(stage, spec.entity, word, str(key)) for key, _ in pairs}
    return [
        difference(f"{word}.{key}", amount, "" if found[key] is None else str(found[key]))
        for key, amount in pairs if not _equal(found[key], amount)
    ]  # fmt: skip


def _nobody(stage: Stage, word: str) -> Difference:
    """Return that there is no such amount here: the department that keeps it is switched off, or there is none."""
    enabled = stage.house.blueprint.departments
    for id, department in find_departments(stage.house.site).departments.items():
        names = {name.removeprefix(f"{id}.") for name in department.declared("values")}
        if word in names and not (id in enabled and enabled[id].enabled):
            words = Text(f"{id} 已关闭，所以没有 {word}", f"{id} is switched off, so there is no {word}")
            remedy = Text(f"启用 {id}，或删去 {word}", f"switch {id} on, or leave {word} out")
            return Difference(word, words, remedy=remedy)
    words = Text(f"没有部门给出 {word}", f"no department gives {word}")
    remedy = Text(
        f"部门在 values 中声明 {word}（of: 有编码的实体）即可给出；否则删去",
        f"a department gives it by declaring a value {word} of an entity with a key; else leave it out",
    )
    return Difference(word, words, remedy=remedy)


async def _amount(stage: Stage, entity: str, word: str, key: str) -> Any:
    id, house = await stage.reference(entity, key), stage.house
    async with house.database.work(write=False) as work:
        found = await house.force.store.get_many(work, entity, [int(id)]) if id.isdigit() else {}
        record, code = next(iter(found.values()), None), house.force.code.values.get((entity, word))
        if record is None or code is None:
            return None
        return await code(ValueContext(house.force, work, stage.call(), record, record))


def _equal(found: Any, wanted: Any) -> bool:
    try:
        return Decimal(str(found)) == Decimal(str(wanted))
    except InvalidOperation:
        return str(found) == str(wanted)
