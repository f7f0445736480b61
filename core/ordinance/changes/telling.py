"""A plan in words, for the command line and for whoever reads it in a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ordinance.changes.plan import Move, Plan, Question
from ordinance.problems import Reason, Text, render_text

_RISKS = {
    "safe": Text("安全", "safe"),
    "lossy": Text("部分不符", "some do not fit"),
    "destructive": Text("丢弃数据", "throws away"),
}
_CHOICES = {
    "move": Text("继续前行", "move on"),
    "hold": Text("办完当前环节再迁移", "stay until they leave the gate"),
    "finish": Text("按原版本办完", "finish under the old"),
}
_VERBS = {
    "do": Text.of("+"),
    "undo": Text.of("-"),
    "redo": Text("此环节所填有变则重做:", "will be redone if this step changes its inputs: "),
}


def render(plan: Plan, locale: str) -> str:
    """Return the plan as lines of text."""
    return "".join(f"{line}\n" for line in _lines(plan, locale))


def _lines(plan: Plan, locale: str) -> Iterator[str]:
    def say(zh: str, en: str) -> str:
        return zh if locale.startswith("zh") else en

    if plan.is_known:
        yield say("没有变化:文件就是生效中的版本。", "Nothing changes: the files are those of the revision in force.")
        return
    if plan.problems:
        yield from render_text(plan.problems, plan.change.files, locale).splitlines()
    if plan.is_broken:
        yield say("文件有错误,不能生效。", "The files have errors; they cannot be applied.")
        return
    yield f"{plan.base[:12] or '-'} → {plan.revision[:12]}"
    yield from _section(say("变化", "What changes"), (
        f"{each.what.in_(locale)}{f'  [{each.place}]' if each.place else ''}" for each in plan.differences
    ))  # fmt: skip
    yield from _section(say("不再把关的规则", "Rules that stand before nobody any more"), (
        each.what.in_(locale) for each in plan.guards
    ))  # fmt: skip
    yield from _section(say("数据表", "Tables"), (
        f"[{_RISKS[each.risk].in_(locale)}] {each.name}: {each.what.in_(locale)}"
        + (say(f",{each.rows} 行", f", {each.rows} row(s)") if each.rows else "")
        + (f" ({'; '.join(each.samples)})" if each.samples else "")
        for each in plan.tables if each.risk != "safe" or each.kept or len(plan.tables) < _FEW
    ))  # fmt: skip
    yield from _section(say("初始资料", "First rows"), plan.rows)
    yield from _section(say("在办单据", "Documents in flight"), (_move(each, locale) for each in plan.moves))
    yield from _section(say("各环节待办", "Waiting at each step"), (
        f"{each.label.in_(locale)}: {each.before} → {each.after}"
        + (f" ({each.value_before} → {each.value_after})" if each.value_before or each.value_after else "")
        for each in plan.steps if each.before != each.after
    ))  # fmt: skip
    yield from _section(say("谁的待办会变", "Whose inbox changes"), (
        f"{each.label.in_(locale)}: {each.before} → {each.after}" for each in plan.inboxes
    ))  # fmt: skip
    yield from _section(say("须先同意", "Takes consent"), (
        f"[{'x' if each.given else ' '}] {each.id}: {each.what.in_(locale)}" for each in plan.consents
    ))  # fmt: skip
    yield from _section(say("须先回答", "Takes an answer"), (
        f"{each.workflow}: "
        + (f"{each.count} ({', '.join(each.numbers)}): " if each.count else "")
        + "; ".join(_why(why, locale) for why in each.why)
        + (f" → {', '.join(_answers(each))}" if each.answers else "")
        for each in plan.questions
    ))  # fmt: skip
    if plan.pinned:
        yield say(
            f"{plan.pinned} 张单据继续按更早的版本办理。", f"{plan.pinned} document(s) go on under an earlier revision."
        )
    yield _verdict(plan, locale)


_FEW = 12


def _answers(asked: Question) -> Iterator[str]:
    """Yield what would answer a question; of what is to be supplied also how it is called on the command line."""
    for each in asked.answers:
        of = ", ".join(f"{asked.workflow}.{name}" for name in asked.fields) if each == "supply" else ""
        yield f"{each} {of}".strip()


def _why(why: Reason, locale: str) -> str:
    remedy = f" ({why.remedy.in_(locale)})" if why.remedy is not None else ""
    return f"{why.message.in_(locale)}{remedy}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"{title}:"
        yield from (f"  {line}" for line in listed)


def _move(move: Move, locale: str) -> str:
    zh = locale.startswith("zh")
    where = move.at_words.in_(locale)
    to = move.to_words.in_(locale)
    worth = f" ({move.value})" if move.value else ""
    some = ", ".join(move.numbers)
    if move.refused:
        why = "; ".join(each.message.in_(locale) for each in move.refused)
        what = "不能迁移" if zh else "cannot move"
        return f"{move.count} × {move.label.in_(locale)} @ {where}{worth}: {what}: {why} [{some}]"
    if not move.is_touched:
        return f"{move.count} × {move.label.in_(locale)} @ {where}{worth}: {'不受影响' if zh else 'not touched'}"
    done = "".join(f", {_VERBS[each.verb].in_(locale)}{each.what.in_(locale)}" for each in move.effects)
    how = f" [{_CHOICES[move.choice].in_(locale)}]" if move.choice != "move" else ""
    back = (" [恢复原状]" if zh else " [put back]") if move.is_back else ""
    return f"{move.count} × {move.label.in_(locale)} @ {where} → {to}{worth}{done}{how}{back} [{some}]"


def _verdict(plan: Plan, locale: str) -> str:
    zh = locale.startswith("zh")
    if plan.is_stale:
        return (
            "配置在此期间已被他人修改，同一处有不同改动。"
            if zh
            else "The configuration was changed meanwhile, in the same lines."
        )
    if not plan.is_complete:
        return "计划不完整,还不能生效。" if zh else "The plan is not complete; it cannot be applied yet."
    if plan.is_safe:
        return "计划完整且安全:不动任何单据。" if zh else "The plan is complete and safe: no document is touched."
    return (
        f"计划完整,将改动 {plan.touched} 张单据。"
        if zh
        else f"The plan is complete; it touches {plan.touched} document(s)."
    )
