"""Verification: whether a workflow holds for every set of switches, before a single document goes through it.

`static` looks at the workflow as it is written: linear in steps times fields, exact for any number of switches, cheap
enough for every load of a site. `verify` adds the table pass, which runs the real `transition` from every gate to every
other, and the people. Nothing is ever carried out.

A finding is an error if it happens with the switches as they are, a warning if for some documents only, and a note if
it takes a change of switches: then its `toggles` are the smallest such change.
Source: engine.md §6, design.md §6.
"""

from __future__ import annotations

from ordinance.process.model import Workflow
from ordinance.process.verify import ends, inputs, itself, order, rounds, switches, ways_back
from ordinance.process.verify.finding import Finding, Ground, Staffing
from ordinance.process.verify.look import Look

__all__ = ["Finding", "Ground", "Staffing", "static", "verify"]

_PASSES = (
    order.check,
    order.never,
    inputs.check,
    ways_back.check,
    switches.check,
    ends.check,
    rounds.check,
    itself.check,
)


def static(workflow: Workflow, ground: Ground | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with a workflow as written, whoever there is to do it.

    Args:
        workflow: A workflow whose steps and lanes exist where they are named.
        ground: What is known besides the workflow.

    Source: engine.md §6.1 and §6.3.
    """
    return _static(Look(workflow, ground or Ground()))


def _static(look: Look) -> tuple[Finding, ...]:
    for each in _PASSES:
        each(look)
    return tuple(look.findings)


def verify(workflow: Workflow, people: Staffing | None = None, *, ground: Ground | None = None) -> tuple[Finding, ...]:
    """Return everything that can go wrong in a workflow, with the smallest case in which it does.

    Args:
        workflow: The compiled workflow.
        people: The active people; None leaves out whether they suffice.
        ground: What is known besides the workflow.

    Returns:
        The findings, in the order of the passes; none means: with every allowed set of switches, and whatever the
        conditions of a document say, each document comes to its end and each effect happens exactly once.

    Source: engine.md §6, design.md §6.
    """
    # What only this needs is imported only here: a load wants `static` alone and has no time for the engine.
    from ordinance.process.verify import names, staffing, table

    look = Look(workflow, ground or Ground())
    if not names.check(look):
        # Names that lead nowhere make every later word a guess.
        return tuple(look.findings)
    _static(look)
    if people is not None:
        staffing.check(look, people)
    table.check(look)
    return tuple(look.findings)
