"""What can be done to many documents at once, the small form for all of them, and what became of each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ordinance.acts import Done, Force, Refused
from ordinance.blueprint import Entity
from ordinance.process.model import Lane, Path, Step, Workflow
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.form import Form
from ordinance.web.ui.views.layout import Writable
from ordinance.web.ui.views.listing import Deed
from ordinance.web.ui.views.process import said
from ordinance.web.ui.views.speech import Speech

VALUE = "v."
"""What the names of the fields of the small form begin with, so that none is taken for a part of the form itself."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document; `text` is where it stands now, or why not."""

    id: str
    href: str
    title: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class BulkView:
    """The page of a deed on many: its small form, or how it went.

    `reason` is must, may or empty; `batch` is how many are done in one request where a script does them.
    """

    entity_label: str
    back: str
    action: str
    do: str
    label: str
    count: int
    tone: str = ""
    ids: str = ""
    key: str = ""
    controls: tuple[Control, ...] = ()
    reason: str = ""
    to: tuple[Option, ...] = ()
    faults: tuple[str, ...] = ()
    results: tuple[Result, ...] | None = None
    summary: str = ""
    batch: int = 20

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.controls or self.reason or self.to)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A deed of some workflow: its step or side flow."""

    kind: str
    source: Step | Lane
    workflow: Workflow

    @property
    def paths(self) -> tuple[Path, ...]:
        """The fields of the record itself that the small form asks; those of lines differ from one to the next."""
        if self.kind not in ("step", "lane"):
            return ()
        changes = self.source.changes if isinstance(self.source, Lane) else ()
        named = dict.fromkeys((*self.source.asks, *self.source.offers, *changes))
        return tuple(path for path in named if len(path) == 1)

    @property
    def reason(self) -> str:
        """Whether a reason must be given, may be, or is not wanted."""
        if self.source.opinion == "always" or (self.kind == "back" and self.source.opinion != "never"):
            return "must"
        return "may" if self.kind == "lane" and not self.source.asks else ""

    @property
    def asks(self) -> bool:
        """Whether a small form comes first."""
        return bool(self.paths or self.reason or self.kind == "back")


def deeds_of(force: Force, speech: Speech, entity: Entity, mine: frozenset[str]) -> tuple[Deed, ...]:
    """Return what the reader can do to documents of a kind: steps first, then sending back, then side flows."""
    chosen = list(_chosen(force, entity, mine))
    order = ("step", "back", "lane")
    made: dict[tuple[str, str], Deed] = {}
    for each in sorted(chosen, key=lambda one: order.index(one.kind)):
        label = speech.of(each.source.label) or each.source.id
        if each.kind == "back":
            label = speech.say("send_back_from", step=label)
        where = each.source.id if each.kind != "lane" else " ".join(_open_to(each.workflow, each.source))
        made.setdefault((each.kind, each.source.id), Deed(f"{each.kind}:{each.source.id}", label, _tone(each), where))
    return tuple(made.values())


def _tone(each: Chosen) -> str:
    ends = isinstance(each.source, Lane) and each.source.ends is not None
    return "back" if each.kind == "back" or ends else "first" if each.kind == "step" else ""


def _open_to(workflow: Workflow, lane: Step | Lane) -> tuple[str, ...]:
    """Return the steps at which a side flow may be entered."""
    if not isinstance(lane, Lane):
        return ()
    ids = [step.id for step in workflow.steps]
    if lane.at:
        return lane.at
    return tuple(ids[: ids.index(lane.before)] if lane.before in ids else ids)


def _chosen(force: Force, entity: Entity, mine: frozenset[str]) -> Iterator[Chosen]:
    for workflow in force.blueprint.variants(entity.id):
        for step in (*workflow.steps, *(each for lane in workflow.lanes.values() for each in lane.steps)):
            if step.id in mine and step.enabled is not False:
                yield Chosen("step", step, workflow)
                if step.back_to:
                    yield Chosen("back", step, workflow)
        for lane in workflow.lanes.values():
            if lane.id in mine:
                yield Chosen("lane", lane, workflow)


def chosen_of(force: Force, entity: Entity, mine: frozenset[str], do: str) -> Chosen | None:
    """Return the deed that a button means, or None if the reader has none of that name."""
    kind, _, id = do.partition(":")
    return next((each for each in _chosen(force, entity, mine) if (each.kind, each.source.id) == (kind, id)), None)


def form_of(
    force: Force, speech: Speech, entity: Entity, chosen: Chosen, typed: Mapping[str, str]
) -> tuple[Control, ...]:
    """Return the controls of the small form; what is left empty stays as each document has it."""
    levels = dict.fromkeys(entity.fields, "write")
    form = Form(force, speech, entity, None, {}, None, Writable(levels, free=True), typed)
    fields = [entity.fields[path[0]] for path in chosen.paths if path[0] in entity.fields]
    made = [form.control(each, each.id, None, f"/{each.id}") for each in fields if not each.fields]
    return tuple(_in_bulk(speech, each) for each in made if each.writable)


def _in_bulk(speech: Speech, control: Control) -> Control:
    """A box that is not ticked says no; here it must be able to say nothing."""
    made = replace(control, name=VALUE + control.name, required=False, span="", help="", prefix="b")
    if control.widget != "check":
        return made
    said = (("", "any"), ("true", "yes"), ("false", "no"))
    options = tuple(Option(value, speech.say(word), value == control.value) for value, word in said)
    return replace(made, widget="select", options=options)


def targets_of(speech: Speech, chosen: Chosen) -> tuple[Option, ...]:
    """Return the steps among which one chooses where to send back to."""
    if chosen.kind != "back" or not isinstance(chosen.source, Step):
        return ()
    steps = [step for step in (chosen.workflow.step(id) for id in chosen.source.back_to) if step is not None]
    return tuple(Option(step.id, speech.of(step.label), at == 0) for at, step in enumerate(steps))


def result_of(speech: Speech, entity: str, id: int, title: str, outcome: Done | Refused) -> Result:
    """Return what became of one document, in words."""
    href = f"/o/{entity}/{id}"
    if isinstance(outcome, Refused):
        sign = "；" if speech.locale == "zh" else "; "
        return Result(str(id), href, title or str(id), ok=False, text=sign.join(said(speech, outcome.reasons)))
    number = str(outcome.record.get("number") or "") or title
    return Result(str(id), href, number or str(id), ok=True, text=speech.of(outcome.status))


def summary_of(speech: Speech, results: Sequence[Result]) -> str:
    """Return how it went in a sentence: `16 passed, 2 refused: over credit limit`."""
    passed = sum(each.ok for each in results)
    refused = len(results) - passed
    if not refused:
        return speech.say("bulk_all_passed", n=passed)
    why = Counter(each.text for each in results if not each.ok)
    return speech.say("bulk_some_refused", n=passed, m=refused, why=_listed(speech, why.most_common(3)))


def _listed(speech: Speech, found: Iterable[tuple[str, int]]) -> str:
    texts = list(found)
    sign = "；" if speech.locale == "zh" else "; "
    return sign.join(text if len(texts) == 1 else f"{text} × {n}" for text, n in texts)
