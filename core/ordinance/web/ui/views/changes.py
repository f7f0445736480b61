"""A proposed change as a page shows it: what changes, what becomes of documents, what must be answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff

from ordinance.blueprint import Blueprint
from ordinance.changes import CHOICES, Change, Move, Plan, Run, TableChange
from ordinance.drawing import Names, picture_of
from ordinance.problems import Place, Problem
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.flow import Drawing, drawing_of
from ordinance.web.ui.views.record import Chip
from ordinance.web.ui.views.speech import Speech

_RISKS = {"safe": ("risk_safe", "done"), "lossy": ("risk_lossy", "mine"), "destructive": ("risk_destructive", "late")}
_CHOICES = {"move": "choice_move", "hold": "choice_hold", "finish": "choice_finish"}
_VERBS = {"do": "effect_done", "undo": "effect_undone", "redo": "effect_redone"}
_CONTEXT = 1


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the line of the files that it is about; `tone` is bad, warn or empty."""

    text: str
    place: str = ""
    more: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A change of the tables; with a name where it takes consent."""

    chip: Chip
    text: str
    samples: str = ""
    name: str = ""
    given: bool = False


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Documents that fare alike: how many, from where to where, what is done to each."""

    what: str
    count: int
    value: str
    at: str
    to: str
    effects: tuple[str, ...]
    numbers: str
    tone: str = ""
    refused: tuple[str, ...] = ()
    is_landing: bool = False


@dataclass(frozen=True, slots=True)
class LoadRow:
    """How many wait, before and after, and worth what."""

    label: str
    before: int
    after: int
    value_before: str = ""
    value_after: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to consent to."""

    name: str
    text: str
    given: bool


@dataclass(frozen=True, slots=True)
class FlowChoice:
    """What becomes of the documents of one process: the choices, the place to land at, the values they lack."""

    workflow: str
    label: str
    options: tuple[Option, ...]
    landing: tuple[Option, ...] = ()
    supplies: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file and its lines that differ: `add`, `cut` or empty for those around."""

    name: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, ready to be shown; `page` is where one goes on editing."""

    verdict: str
    tone: str
    problems: tuple[Said, ...] = ()
    differences: tuple[Said, ...] = ()
    guards: tuple[Said, ...] = ()
    tables: tuple[TableRow, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    loads: tuple[LoadRow, ...] = ()
    inboxes: tuple[LoadRow, ...] = ()
    consents: tuple[Tick, ...] = ()
    choices: tuple[FlowChoice, ...] = ()
    questions: tuple[Said, ...] = ()
    rows: tuple[str, ...] = ()
    pinned: str = ""
    files: tuple[FileDiff, ...] = field(default=())
    is_complete: bool = False
    page: str = ""


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far the applying of a change has come; `total` is nought while that is not known."""

    text: str
    done: int
    total: int


def progress_view(speech: Speech, run: Run) -> ProgressView:
    """Return how far the applying of a change has come, as a page shows it."""
    if run.part == "planning":
        key = "applying_looked" if run.total else "applying_looks"
    else:
        key = "applying_moved" if run.total else "applying_writes"
    counts = {"done": f"{run.done:,}", "total": f"{run.total:,}"} if run.total else {}
    return ProgressView(speech.say(key, **counts), run.done, run.total)


def plan_view(speech: Speech, plan: Plan, old: Blueprint, new: Blueprint | None, before: Mapping[str, str]) -> PlanView:
    """Return a plan as a page shows it.

    Args:
        speech: The language.
        plan: The plan.
        old: The configuration in force.
        new: The proposed one, if its files have no errors.
        before: The company's files as they are in force.
    """
    verdict, tone = _verdict(speech, plan)
    return PlanView(
        verdict=verdict,
        tone=tone,
        problems=tuple(_problem(speech, each) for each in plan.problems if each.severity != "note"),
        differences=tuple(Said(speech.of(each.what), spot(each.place)) for each in plan.differences),
        guards=tuple(Said(speech.of(each.what), spot(each.place)) for each in plan.guards),
        tables=tuple(_table(speech, each, plan.change) for each in plan.tables),
        drawings=_drawings(speech.locale, plan, old, new) if new is not None else (),
        moves=tuple(_move(speech, each) for each in plan.moves if each.is_touched or each.refused),
        loads=tuple(
            LoadRow(speech.of(each.label), each.before, each.after, each.value_before, each.value_after)
            for each in plan.steps
            if each.before != each.after
        ),
        inboxes=tuple(LoadRow(speech.of(each.label), each.before, each.after) for each in plan.inboxes),
        consents=tuple(Tick(each.id, speech.of(each.what), each.given) for each in plan.consents),
        choices=_choices(speech, plan, old, new),
        questions=tuple(
            Said(
                speech.say("and").join(speech.of(why.message) for why in each.why),
                more=", ".join(each.numbers),
                tone="bad",
            )
            for each in plan.questions
        ),
        rows=plan.rows,
        pinned=speech.say("plan_pinned", n=plan.pinned) if plan.pinned else "",
        files=tuple(file_diffs(before, plan.change.files)),
        is_complete=plan.is_complete,
        page=_page(plan, old),
    )


def _page(plan: Plan, old: Blueprint) -> str:
    """Return the page on which one goes on with a change: the one that it began on, as far as that can be seen."""
    for each in plan.differences:
        match each.path:
            case ("workflows", id, *_) if id in old.workflows:
                return f"/settings/workflow/{old.workflows[id].entity}"
            case ("roles" | "duties" | "permissions", *_):
                return "/settings/roles"
            case ("company" | "departments", *_):
                return "/settings/company"
            case ("entities", id, *_):
                return f"/settings/fields/{id}"
    first = next(iter(old.workflows.values()), None)
    return f"/settings/workflow/{first.entity}" if first is not None else "/settings/roles"


def _verdict(speech: Speech, plan: Plan) -> tuple[str, str]:
    if plan.is_broken:
        return speech.say("plan_broken"), "bad"
    if plan.is_known:
        return speech.say("plan_nothing"), ""
    if not plan.is_complete:
        return speech.say("plan_incomplete"), "warn"
    loses = any(each.risk != "safe" and not each.is_offer for each in plan.tables)
    if plan.is_safe or not (plan.touched or loses):
        return speech.say("plan_safe"), "ok"
    return speech.say("plan_complete", n=plan.touched), "ok"


def _problem(speech: Speech, found: Problem) -> Said:
    return Said(
        speech.of(found.message),
        spot(found.place),
        speech.of(found.remedy),
        "bad" if found.severity == "error" else "",
    )


def spot(place: Place | None) -> str:
    """Return file and line, or nothing."""
    return f"{place.file}:{place.line}" if place is not None else ""


def _table(speech: Speech, each: TableChange, change: Change) -> TableRow:
    given = each.name in change.anyway
    said, tone = _RISKS[each.risk]
    rows = speech.say("rows_count", n=each.rows) if each.rows else ""
    return TableRow(
        Chip(speech.say(said), tone),
        speech.of(each.what),
        " · ".join(part for part in (rows, ", ".join(each.samples)) if part),
        each.name if each.is_blocking or each.is_offer or given else "",
        given,
    )


def _move(speech: Speech, each: Move) -> MoveRow:
    effects = tuple(
        speech.say(_VERBS[one.verb], name=speech.of(one.what))
        for one in each.effects
    )
    kept = speech.say(_CHOICES[each.choice]) if each.choice != "move" else ""
    back = speech.say("put_back") if each.is_back else ""
    return MoveRow(
        what=speech.of(each.label), count=each.count, value=each.value, at=speech.of(each.at_words),
        to=" · ".join(part for part in (speech.of(each.to_words), kept, back) if part), effects=effects,
        numbers=", ".join(each.numbers), tone="bad" if each.refused else "",
        refused=tuple(speech.of(why.message) for why in each.refused), is_landing=each.is_landing,
    )  # fmt: skip


def _choices(speech: Speech, plan: Plan, old: Blueprint, new: Blueprint | None) -> tuple[FlowChoice, ...]:
    """Return a choice for each process with documents that the change reaches."""
    reached = dict.fromkeys(each.workflow for each in plan.moves if each.is_touched or each.refused)
    reached |= dict.fromkeys(plan.change.choices)
    return tuple(_flow_choice(speech, plan, id, old, new) for id in reached if id in old.workflows)


def _flow_choice(speech: Speech, plan: Plan, id: str, old: Blueprint, new: Blueprint | None) -> FlowChoice:
    chosen = plan.change.choice(id)
    workflow = old.workflows[id]
    after = new.workflows.get(id) if new is not None else None
    kinds = CHOICES if after is not None else CHOICES[2:]
    landing: tuple[Option, ...] = ()
    if after is not None and any(each.is_landing for each in plan.moves if each.workflow == id):
        picked = plan.change.landings.get(id, "")
        landing = (
            Option("", speech.say("landing_nearest"), not picked),
            *(Option(step.id, speech.of(step.label), step.id == picked) for step in after.steps),
        )
    entity = new.entities.get(after.entity) if new is not None and after is not None else None
    fields = entity.fields if entity is not None else {}
    asked = [name for each in plan.questions if each.workflow == id for name in each.fields]
    names = dict.fromkeys(name for name in (*plan.change.values(id), *asked) if name in fields)
    return FlowChoice(
        id,
        speech.of(workflow.label),
        tuple(Option(each, speech.say(_CHOICES[each]), each == chosen) for each in kinds),
        landing,
        tuple((name, speech.of(fields[name].label), str(plan.change.values(id).get(name, ""))) for name in names),
    )


def _drawings(locale: str, plan: Plan, old: Blueprint, new: Blueprint) -> tuple[Drawing, ...]:
    """Return a drawing of each process that changes, old and new in one."""
    before, after = Names(locale, old), Names(locale, new)
    changed = dict.fromkeys(each.path[1] for each in plan.differences if each.path[0] == "workflows")
    made = []
    for id in changed:
        workflow, known = new.workflows.get(id), old.workflows.get(id)
        if workflow is not None and known is not None:
            picture = picture_of(workflow, after, compare=known, names_before=before)
            made.append(drawing_of(picture, after, "both"))
    return tuple(made)


def file_diffs(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[FileDiff]:
    """Yield each file that differs, with the lines that do and one around them."""
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            found = [*unified_diff(old.splitlines(), new.splitlines(), n=_CONTEXT, lineterm="")][2:]
            yield FileDiff(name, tuple((_KINDS.get(line[:1], ""), line) for line in found))


_KINDS = {"+": "add", "-": "cut"}
