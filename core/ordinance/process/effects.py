"""The ledger: do what is owed, do it again when its inputs changed, take it back; each effect at most once (engine R3).

Nothing else in the engine may do or undo an effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from ordinance.problems import Text, reason
from ordinance.process.model import Effect, LedgerRow
from ordinance.process.requests import EffectCall, RefusedError, StoppedError
from ordinance.process.values import digest, is_empty, plain
from ordinance.process.work import Work


def settle_effect(work: Work, effect: Effect, step: str, round_: int, settles: str, *, applies: bool) -> None:
    """Bring one effect to where it must be now that its step settles: done under the present inputs, or waived.

    Args:
        work: The document under change.
        effect: The binding.
        step: The step (or `lane:…`, `event:…`) on whose behalf.
        round_: 0 for once, else the round.
        settles: How the step settles, for the words of a refusal.
        applies: What the step's own `when` says.

    Raises:
        RefusedError: an input is missing, an earlier effect has not happened, or what must be taken back is final.
        StoppedError: the effect was handed out and its outcome must be known first.
    """
    if applies and effect.when is not None:
        applies = work.decides(effect.when)
    row = work.live.get((effect.id, round_))
    if not applies:
        _waive(work, effect, step, round_, row)
        return
    if row is not None and row.state == "waived":
        if row.why != "when":
            return
        work.put_row(replace(row, state="undone"))
        row = None
    inputs = _inputs(work, effect)
    recorded = plain_inputs(inputs)
    if row is not None:
        # What this very act did is not looked at again: an effect whose inputs depend on what follows it must not loop.
        if row.undo == "keep" or row.seq > work.start or row.inputs_hash == _hash(recorded):
            return
        take_back(work, [row])
    _ready(work, effect, inputs, step, settles)
    _do(work, effect, step, round_, inputs, recorded, settles)


def _waive(work: Work, effect: Effect, step: str, round_: int, row: LedgerRow | None) -> None:
    if row is not None:
        if row.state == "waived" or row.undo == "keep":
            return
        take_back(work, [row])
    _record(work, effect, step, round_, "waived", why="when")


def waive(work: Work, effect: Effect, step: str, round_: int, why: Literal["adopted", "revision"]) -> None:
    """Record that an effect shall not run, because it ran elsewhere or is not this document's debt."""
    if (effect.id, round_) not in work.live:
        _record(work, effect, step, round_, "waived", why=why)


def _record(
    work: Work,
    effect: Effect,
    step: str,
    round_: int,
    state: Literal["done", "waived"],
    recorded: dict[str, Any] | None = None,
    *,
    why: Literal["", "when", "adopted", "revision"] = "",
) -> LedgerRow:
    return work.put_row(
        LedgerRow(
            seq=work.next_seq(),
            effect=effect.id,
            round=round_,
            state=state,
            step=step,
            revision=work.workflow.revision,
            inputs_hash="" if recorded is None else _hash(recorded),
            undo=effect.undo,
            action=effect.action,
            inputs=recorded or {},
            why=why,
        )
    )


def _inputs(work: Work, effect: Effect) -> dict[str, Any]:
    inputs: dict[str, Any] = dict(effect.constants)
    for name, expression in effect.inputs.items():
        inputs[name] = work.value(expression)
    return inputs


def plain_inputs(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return inputs as the ledger keeps them."""
    return {name: plain(value) for name, value in inputs.items()}


def _hash(recorded: dict[str, Any]) -> str:
    return digest(recorded) if recorded else ""


def present_hash(work: Work, effect: Effect) -> str:
    """Return the hash of the inputs the effect would have now."""
    return _hash(plain_inputs(_inputs(work, effect)))


def _ready(work: Work, effect: Effect, inputs: dict[str, Any], step: str, settles: str) -> None:
    reasons = [
        reason(
            "effect_needs_off" if settles == "off" else "effect_needs",
            step,
            place=effect.place,
            step=work.name(step),
            action=effect.action,
            field=work.label((name,)),
        )
        for name in effect.needs
        if is_empty(inputs.get(name)) or _has_gap(inputs[name])
    ]
    happened = {id_ for (id_, _), row in work.live.items() if row.state == "done" or row.why != "when"}
    reasons += [
        reason("effect_after", step, place=effect.place, action=effect.action, other=other)
        for other in effect.after
        if other not in happened
    ]
    if reasons:
        raise RefusedError(*reasons)


def _has_gap(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(each is None for each in value)


def _do(
    work: Work, effect: Effect, step: str, round_: int, inputs: dict[str, Any], recorded: dict[str, Any], settles: str
) -> None:
    key = (effect.id, round_)
    row = _record(work, effect, step, round_, "done", recorded)
    call = EffectCall("do", effect.id, effect.action, round_, inputs, step, settles, effect.writes)
    work.effects.append(call)
    if not effect.writes:
        return
    outcome = work.request.outcomes.get(key)
    if outcome is None:
        raise StoppedError
    work.write(outcome)
    # Inputs that the effect itself fills are its own doing, not a change that would make it stale.
    recorded = plain_inputs(_inputs(work, effect))
    work.put_row(replace(row, outcome=plain_inputs(dict(outcome)), inputs=recorded, inputs_hash=_hash(recorded)))


def take_back(work: Work, rows: Iterable[LedgerRow]) -> None:
    """Undo these rows, newest first; `keep` stays, `forget` leaves nothing to reverse.

    Raises:
        RefusedError: one of them is final; all of those are named (engine R10).
    """
    rows = sorted(rows, key=lambda row: row.seq, reverse=True)
    final = [row for row in rows if row.state == "done" and row.undo == "never"]
    if final:
        raise RefusedError(finality(work, final))
    for row in rows:
        if row.state == "done" and row.undo == "keep":
            continue
        work.put_row(replace(row, state="undone"))
        if row.state == "done" and row.undo != "forget":
            work.effects.append(
                EffectCall("undo", row.effect, row.undo, row.round, row.inputs, row.step, "undone", outcome=row.outcome)
            )


def finality(work: Work, rows: Iterable[LedgerRow]) -> Any:
    """Return the one reason that names all the effects that cannot be taken back."""
    rows = sorted(rows, key=lambda row: row.seq)
    names = Text("、".join(row.action for row in rows), ", ".join(row.action for row in rows))
    bound = work.index.bound.get(rows[0].effect)
    return reason("final", rows[0].step, place=bound.effect.place if bound else None, effects=names)


def round_of(work: Work, effect: Effect, step: str, entry: int) -> int:
    """Return the round an effect would run in now: the lane's entry, the step's next round, or 0 for once."""
    if entry:
        return entry
    return work.rounds.get(step, 0) + 1 if effect.each_round else 0
