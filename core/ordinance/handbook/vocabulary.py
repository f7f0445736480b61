"""The words of the handbook itself; those of steps and conditions are the drawing's, labels come from the site."""

from __future__ import annotations

from typing import Any

from ordinance.problems import Text

SAY: dict[str, tuple[str, str]] = {
    "handbook_of": ("{role}工作手册", "Handbook: {role}"),
    "revision": ("流程版本 {hash}", "Revision {hash}"),
    "lead": (
        "这本手册由现行流程自动生成：您办理什么、要填什么、系统检查什么、通过后发生什么、谁在等您。",
        "Made from the process in force: what you do, fill in and pass on, what is checked, and who waits for you.",
    ),
    "no_steps": (
        "这个角色不办理任何环节。下面是它可以做的事。",
        "This role does no step of a process. Here is what it may do.",
    ),
    "my_steps": ("我办理的环节", "The steps I do"),
    "my_lanes": ("我可以发起的旁路", "Side flows I may enter"),
    "step_n": ("{n}. {label}", "{n}. {label}"),
    "comes_from": ("从哪里来", "Where it comes from"),
    "goes_to": ("之后轮到", "Who waits for me"),
    "comes_back": ("会退回到我这里", "May come back to me from"),
    "alike": ("也可以办理的还有", "Others who may do it"),
    "from_start": ("由您开始", "it begins with you"),
    "from_step": ("{step}（{who}）", "{step} ({who})"),
    "to_end": ("流程结束：{end}", "the process ends: {end}"),
    "only_some": ("{what}，部分单据", "{what}, for some documents"),
    "stopped": (
        "此环节现已停用：没有人需要办理，结果照常发生。",
        "This step is switched off at present: nobody needs to do it, its consequences still happen.",
    ),
    "may": ("我还可以", "What else I may do"),
    "verb_on": ("{verb}{entity}", "{verb} {entity}"),
    "duties": ("不能由同一个人办理", "Not by the same person"),
    # the page on the wall
    "changes": ("流程变更", "What changes"),
    "changes_lead": ("从旧版本 {old} 到新版本 {new}。", "From revision {old} to revision {new}."),
    "from_when": ("生效时间：{date}", "In force from {date}"),
    "nothing": ("流程没有变化。", "Nothing about the processes changes."),
    "whom": ("对谁有什么变化", "What changes for whom"),
    "role": ("角色", "Role"),
    "change": ("变化", "Change"),
    "everybody_else": ("其他人：没有变化。", "Everybody else: nothing changes."),
    "none": ("（无）", "(none)"),
    "flow_added": ("新增流程", "new process"),
    "flow_removed": ("取消流程", "process withdrawn"),
    "does_new": ("新增：办理“{step}”（{flow}）", "New: does “{step}” ({flow})"),
    "does_again": ("恢复：重新办理“{step}”（{flow}）", "Back: does “{step}” again ({flow})"),
    "does_no_more": ("不再办理“{step}”（{flow}）", "No longer does “{step}” ({flow})"),
    "does_differently": ("“{step}”有改动：{what}（{flow}）", "“{step}” is done differently: {what} ({flow})"),
    "does_later": ("“{step}”换了次序（{flow}）", "“{step}” comes at another place ({flow})"),
    "may_new": ("新增权限：{what}", "May now: {what}"),
    "may_no_more": ("取消权限：{what}", "May no longer: {what}"),
    "role_added": ("新增角色", "New role"),
    "role_removed": ("取消角色", "Role withdrawn"),
    "off_words": (
        "不再停留、不再检查，单据直接经过；原来的结果照常发生。",
        "Documents no longer stop and are no longer checked here; what the step does still happens as they pass by.",
    ),
    "on_words": ("单据重新在此停留，须有人办理。", "Documents stop here again until somebody does it."),
    "removed_words": ("此环节取消，它的结果也不再发生。", "The step is gone, and so are its consequences."),
    "added_words": ("新增的环节。", "A new step."),
    "moved_words": ("次序改变。", "It comes at another place."),
}


def say(locale: str, key: str, **values: Any) -> str:
    """Return words of this page in a language, filled in."""
    words = Text(*SAY[key]).in_(locale)
    return words.format(**values) if values else words
