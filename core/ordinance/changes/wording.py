"""The words in which a change of the configuration is told: what each key is called, how a value is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.problems import Text

_LONGEST = 80

KEYS: Mapping[str, Text] = {
    name: Text(*words)
    for name, words in {
        "label": ("名称", "name"), "waiting": ("等待时的状态", "status while waiting"),
        "taken": ("受理后的状态", "status once taken"), "help": ("说明", "help"), "basis": ("依据", "basis"),
        "about": ("说明", "description"), "by": ("由谁办理", "who does it"), "when": ("条件", "condition"),
        "enabled": ("开关", "switch"), "assume": ("视同已发生", "taken as having happened"),
        "together": ("并行组", "open together"), "asks": ("必填", "must be filled in"),
        "offers": ("选填", "may be filled in"), "needs": ("须已填写", "must have been filled in"),
        "checks": ("检查", "checks"), "arriving": ("到达时", "on arrival"), "does": ("动作", "consequences"),
        "tells": ("通知", "who is told"), "count": ("所需人数", "how many people"),
        "differs_from": ("不得同一人", "not the same person as"), "opinion": ("意见", "written reason"),
        "back_to": ("可退回到", "may be sent back to"), "due": ("时限", "due"),
        "by_itself": ("自动规则", "by itself"), "until": ("重复直到", "repeats until"),
        "queue": ("排队", "queue"), "assign": ("指派", "assignment"), "ends": ("结束为", "ends as"),
        "uses": ("取自", "taken from"), "number": ("编号", "number"), "opens": ("如何发起", "how it starts"),
        "stages": ("阶段", "stages"), "events": ("事件", "events"),
        "switches": ("开关之间的约束", "ties between switches"), "of": ("所属", "of"),
        "steps": ("环节", "steps"), "lanes": ("支线", "lanes"),
        "at": ("可进入的环节", "where it may be entered"), "before": ("须在其前", "before"),
        "changes": ("可改字段", "fields it changes"), "may": ("权限", "rights"), "where": ("范围", "rows"),
        "fields": ("字段", "fields"), "accounts": ("账号数", "accounts"), "gives": ("包含", "gives"),
        "only": ("仅限", "only"), "apart": ("须分开", "apart"), "type": ("类型", "type"),
        "to": ("引用", "refers to"), "required": ("必填", "required"), "unique": ("唯一", "unique"),
        "default": ("默认值", "default"), "from": ("带出", "copied from"), "formula": ("公式", "formula"),
        "options": ("选项", "options"), "visible_when": ("何时显示", "shown when"),
        "required_when": ("何时必填", "required when"), "readonly_when": ("何时只读", "read only when"),
        "options_when": ("选项何时可选", "options offered when"), "min": ("最小", "least"),
        "max": ("最大", "most"), "pattern": ("格式", "pattern"), "scale": ("小数位", "decimals"),
        "pii": ("个人信息", "personal data"), "key": ("编码字段", "key"), "title": ("标题字段", "title"),
        "lists": ("列表", "lists"), "forms": ("表单", "forms"), "delete": ("删除", "deleting"),
        "locale": ("语言", "language"), "zone": ("时区", "time zone"), "currency": ("本位币", "currency"),
        "calendar": ("工作日历", "working calendar"), "packs": ("流程包", "packs"),
        "rounding": ("舍入", "rounding"), "guide": ("引导", "guide"), "text": ("正文", "text"),
        "subject": ("标题", "subject"),
    }.items()
}  # fmt: skip


def key_words(name: str) -> Text:
    """Return what a key is called; its own name where it has no words."""
    return KEYS.get(name) or Text.of(name)


def shown(value: Any) -> Text:
    """Return a value of the merged tree as people read it, cut off where it is long."""
    if value is None or value == "":
        return Text("无", "nothing")
    if isinstance(value, Mapping) and set(value) <= {"zh", "en"}:
        return Text(_short(str(value.get("zh") or value.get("en"))), _short(str(value.get("en") or value.get("zh"))))
    return Text.of(_short(_plain(value)))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(key if not body else f"{key}: {_inner(body)}" for key, body in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value)
    return str(value)


def _inner(body: Any) -> str:
    return f"{{{_plain(body)}}}" if isinstance(body, Mapping) else _plain(body)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
