"""What a document owes under the new revision for the steps it has settled (engine M4).

What the old revision would still have done and the new one binds behind the document is done now; what is new is
waived; what is done stays done. Nothing here takes a gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ordinance.process.effects import present_hash, settle_effect, waive
from ordinance.process.migration.bindings import Known
from ordinance.process.migration.sameness import same_inputs
from ordinance.process.model import Effect, LedgerRow, Step
from ordinance.process.requests import RefusedError
from ordinance.process.work import Flow, Work

MIGRATED = "migrated"
"""How a step "settles" when a debt is paid on its behalf."""


class Debts:
    """The debts of one flow of one document.

    Args:
        work: The document under change.
        flow: The main flow or the lane it is in.
        known: What the old revision bound in that flow.
        settled: The old steps that were settled before the migration.
        run: New effects that shall run all the same (plan option `run`).
    """

    def __init__(
        self, work: Work, flow: Flow, known: Mapping[str, Known], settled: Collection[str], run: Collection[str]
    ) -> None:
        self.work, self.flow, self.known, self.settled, self.run = work, flow, known, settled, run

    def pay(self) -> None:
        """Bring the effects behind the document to where they must be.

        Raises:
            RefusedError: an input of a debt is missing, or what must be redone is final.
            StoppedError: the outcome of an effect must be known first.
        """
        for step in self.flow.line.steps:
            if step.id in self.flow.settled:
                for effect in (*step.arriving_does, *step.does):
                    self._settled(step, effect)
            else:
                if step.id in self.flow.waits:
                    for effect in step.arriving_does:
                        self._once(step, effect, self.flow.entry)
                self._ahead(step)

    def _settled(self, step: Step, effect: Effect) -> None:
        rounds = self._rounds(step) if effect.each_round and self.flow.lane is None else 0
        if not rounds:
            self._once(step, effect, self.flow.entry or int(effect.each_round))
            return
        # Rounds gone by keep their own inputs; a debt for all of them is paid once, in the last.
        *earlier, last = range(1, rounds + 1)
        if self._is_owed(effect):
            self._pay(step, effect, last)
        for round_ in (*earlier, last):
            waive(self.work, effect, step.id, round_, "revision")

    def _once(self, step: Step, effect: Effect, round_: int) -> None:
        row = self.work.live.get((effect.id, round_))
        if row is not None:
            self._have(step, effect, row)
        elif self._is_owed(effect):
            self._pay(step, effect, round_)
        elif not (effect.each_round and self._has_none(step)):
            waive(self.work, effect, step.id, round_, "revision")

    def _has_none(self, step: Step) -> bool:
        """Return whether a step without rounds leaves no row: it may have some yet, if the document comes back."""
        settled = self.flow.settled.get(step.id)
        return step.until is not None or (settled is not None and settled.outcome == "n/a")

    def _is_owed(self, effect: Effect) -> bool:
        """Return whether the old revision would still have done it, or it shall run all the same."""
        known = self.known.get(effect.id)
        ahead = known is not None and known.step.id not in self.settled
        if not ahead and effect.id not in self.run:
            return False
        return self.flow.lane is not None or not any(self._in_force(effect))

    def _in_force(self, effect: Effect) -> Iterator[LedgerRow]:
        """Yield the rows that stand for the effect, whatever the round: dealt otherwise, it is not done again."""
        return (row for (id_, _), row in self.work.live.items() if id_ == effect.id and row.why != "when")

    def _pay(self, step: Step, effect: Effect, round_: int) -> None:
        # Whether the step is part of the process is asked anew: it may have been passed over for another reason.
        belongs = step.when is None or self.work.decides(step.when)
        settle_effect(self.work, effect, step.id, round_, MIGRATED, applies=belongs)

    def _have(self, step: Step, effect: Effect, row: LedgerRow) -> None:
        """Redo what is stale; what is bound with other inputs, or again, stays done, and those are its inputs now."""
        if row.state != "done" or row.undo == "keep" or row.seq > self.work.start:
            return
        known = self.known.get(effect.id)
        reopened = known is not None and known.step.id not in self.settled
        if effect.id in self.run or (known is not None and reopened and self._is_stale(known.effect, row)):
            if step.id in self.flow.settled:
                self._pay(step, effect, row.round)
        elif known is None or not same_inputs(known.effect, effect):
            present = self._present(effect)
            if present is not None and present != row.inputs_hash:
                self.work.put_row(replace(row, inputs_hash=present))

    def _is_stale(self, effect: Effect, row: LedgerRow) -> bool:
        present = self._present(effect)
        return present is not None and present != row.inputs_hash

    def _present(self, effect: Effect) -> str | None:
        try:
            return present_hash(self.work, effect)
        except RefusedError:
            return None

    # Steps ahead

    def _ahead(self, step: Step) -> None:
        """See to it that effects ahead are neither done twice nor dealt a round that has been."""
        for effect in (*step.arriving_does, *step.does):
            if self.flow.lane is None and not effect.each_round:
                row = self.work.live.get((effect.id, 0))
                if row is None and any(self._in_force(effect)):
                    waive(self.work, effect, step.id, 0, "revision")
        if step.until is not None and self.flow.lane is None:
            self._number_rounds(step)

    def _number_rounds(self, step: Step) -> None:
        each = [effect for effect in step.does if effect.each_round]
        rounds = max((self._rounds(step), *map(self._rounds_had, each)))
        if rounds:
            self.work.rounds[step.id] = rounds
        for effect in each:
            for round_ in range(1, rounds + 1):
                waive(self.work, effect, step.id, round_, "revision")

    def _rounds_had(self, effect: Effect) -> int:
        """Return how many rounds an effect of a repeating step has had elsewhere, so that the next one is a new one."""
        known = self.known.get(effect.id)
        if known is not None:
            return self.work.document.state.rounds.get(known.step.id, 0) if known.step.until is not None else 0
        return max((row.round for row in self._in_force(effect)), default=0)

    def _rounds(self, step: Step) -> int:
        return self.work.rounds.get(step.id, 0)
