"""What is done behind a gate that a document has yet to pass, and may have to be done again then (engine M3, R12)."""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.process.index import index_of
from ordinance.process.model import Effect, LedgerRow, Path, Step, Workflow
from ordinance.process.requests import Document
from ordinance.process.values import overlap

_STAYS = frozenset({"keep", "never"})


def overtaken(workflow: Workflow, document: Document) -> tuple[LedgerRow, ...]:
    """Return the effects of settled steps whose inputs a gate may change that is open, or to come, before them.

    They are done again, once, when the document has passed that gate, if their inputs are others then. Only a document
    that a revision has put before such a gate has any.

    Args:
        workflow: The workflow the document goes by.
        document: The document, as a migration leaves it.
    """
    line, settled = index_of(workflow).main, document.state.settled
    live = {(row.effect, row.round): row for row in document.ledger if row.state == "done"}
    changing: list[Path] = []
    found: list[LedgerRow] = []
    for group in line.groups:
        steps = [line.steps[at] for at in group]
        if changing:
            bound = [each for step in steps if step.id in settled for each in _once(step)]
            rows = ((each, live.get((each.id, int(each.each_round)))) for each in bound)
            found += [row for each, row in rows if row and row.undo not in _STAYS and _reads(each, changing)]
        changing += [path for step in steps if step.id not in settled for path in _writes(step)]
    return tuple(found)


def _once(step: Step) -> Iterator[Effect]:
    """Yield the effects of a step but for those of rounds: rounds gone by keep their own inputs."""
    yield from step.arriving_does
    yield from (each for each in step.does if step.until is None or not each.each_round)


def _writes(step: Step) -> Iterator[Path]:
    yield from (*step.asks, *step.offers)
    yield from (path for effect in (*step.arriving_does, *step.does) for path in effect.writes)
    yield from ((name,) for rule in step.by_itself for name in rule.values)


def _reads(effect: Effect, changing: list[Path]) -> bool:
    reads = [each.reads for each in (*effect.inputs.values(), effect.when) if each is not None]
    return overlap((path for each in reads for path in each), changing)
