"""Rules that stand before nobody any more under a proposed configuration: what went with a step, what was loosened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ordinance.blueprint import Blueprint, Renames, renames_between, retold
from ordinance.changes.essence import all_steps, essence
from ordinance.changes.plan import Guard
from ordinance.problems import Place, Text
from ordinance.process import Workflow
from ordinance.process.model import Check, Path, Step


def guards_lost(old: Blueprint, new: Blueprint, names: Renames | None = None) -> tuple[Guard, ...]:
    """Return the rules of the configuration in force that a proposed one no longer asks of anybody.

    Args:
        old: The configuration in force.
        new: The one that is proposed.
        names: What is called otherwise; what `was` says if left out.
    """
    found: list[Guard] = []
    called = names or renames_between(old.entities, new.entities)
    for workflow in (retold(each, called, old.entities) for each in old.workflows.values()):
        other = new.workflows.get(workflow.id)
        after = {step.id: step for _, step in all_steps(other)} if other is not None else {}
        renamed = {step.was: step for step in after.values() if step.was}
        for _, step in all_steps(workflow):
            now = after.get(step.id) or renamed.get(step.id)
            found += _of_step(old, new, workflow, step, now)
    return (*found, *_duties(old, new))


def _of_step(old: Blueprint, new: Blueprint, workflow: Workflow, step: Step, now: Step | None) -> Iterator[Guard]:
    if step.enabled is False:
        return
    is_gone = now is None or now.enabled is False
    place = now.place if now is not None else step.place
    if step.locked and (now is None or not now.locked or essence(now.when) != essence(step.when)):
        what = Text(f"“{step.label.zh}”原定不得关闭", f"“{step.label.en}” was not to be switched off (guard narrowed)")
        yield Guard(workflow.id, step.id, what, place)
    if now is not None and not is_gone and now.enabled is not True and essence(now.enabled) != essence(step.enabled):
        what = Text(f"“{step.label.zh}”只在部分单据上办理", f"“{step.label.en}” is asked of some documents only")
        yield Guard(workflow.id, step.id, what, place)
    for what in _rules(old, workflow, step, None if is_gone else now):
        yield Guard(workflow.id, step.id, what, place)


def _rules(blueprint: Blueprint, workflow: Workflow, step: Step, now: Step | None) -> Iterator[Text]:
    name = step.label
    kept = {each.id for each in now.checks} if now is not None else set()
    for check in step.checks:
        if check.id not in kept and not check.warn:
            words = _check_words(blueprint, check)
            yield Text(f"“{name.zh}”的检查“{words.zh}”不再进行", f"“{words.en}” is checked no more at “{name.en}”")
    if now is None:
        yield Text(f"不再由人办理“{name.zh}”", f"nobody has to pass “{name.en}” any more")
    if step.count > 1 and (now is None or now.count < step.count):
        left = now.count if now is not None else 0
        yield Text(
            f"“{name.zh}”须 {step.count} 人通过,改为 {left} 人", f"“{name.en}” took {step.count} people, now {left}"
        )
    apart = [each for each in step.differs_from if now is None or each not in now.differs_from]
    for other in apart:
        label = _label(workflow, other)
        yield Text(f"“{name.zh}”与“{label.zh}”可以是同一人", f"the same person may now do “{name.en}” and “{label.en}”")
    wanted = _missing(step.asks, now.asks if now is not None else ())
    for path in (*wanted, *_missing(step.needs, now.needs if now is not None else ())):
        field = workflow.labels.get(".".join(path)) or Text.of(".".join(path))
        yield Text(f"“{name.zh}”不再要求“{field.zh}”", f"“{field.en}” is no longer asked at “{name.en}”")
    if step.opinion == "always" and (now is None or now.opinion != "always"):
        yield Text(f"“{name.zh}”不再须写意见", f"no written reason is asked at “{name.en}” any more")


def _missing(before: Iterable[Path], after: Iterable[Path]) -> list[Path]:
    kept = set(after)
    return [each for each in before if each not in kept]


def _check_words(blueprint: Blueprint, check: Check) -> Text:
    spec = blueprint.checks.get(check.name)
    return check.say or (spec.label if spec is not None else Text.of(check.name or check.id))


def _label(workflow: Workflow, id: str) -> Text:
    step = workflow.step(id)
    return step.label if step is not None else Text.of(id)


def _duties(old: Blueprint, new: Blueprint) -> Iterator[Guard]:
    after: Mapping[str, bool] = {each.id: each.enabled for each in new.duties.values()}
    for duty in old.duties.values():
        if duty.enabled and not after.get(duty.id, False):
            what = Text(f"职责分离“{duty.label.zh}”不再要求", f"the duties “{duty.label.en}” are kept apart no more")
            place: Place | None = new.duties[duty.id].place if duty.id in new.duties else duty.place
            yield Guard("", "", what, place)
