"""Words about what verification finds: what goes wrong in a workflow under some set of switches, before it does."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

_INPUTS: dict[str, Entry] = {
    "input_if_switched_off": entry(
        "若关闭“{asker}”，就没有人填写“{field}”，而“{step}”需要它（{line}）",
        "if “{asker}” is switched off, nobody fills in “{field}”, which “{step}” needs ({line})",
        remedy=(
            "不许关闭则写 enabled: always；否则给 {name} 缺省值，或在更早的环节填写",
            "say enabled: always if it must stay on; else give {name} a default, or ask it at an earlier step",
        ),
        severity="note",
    ),
    "input_only_sometimes": entry(
        "“{asker}”只属于部分单据的流程；对其余单据没有人填写“{field}”，而“{step}”需要它（{line}）",
        "“{asker}” is part of some documents only; for the others nobody fills in “{field}”, which “{step}” needs"
        " ({line})",
        remedy=(
            "给“{step}”同样的 when，或给 {name} 缺省值",
            "give “{step}” the same `when`, or give {name} a default",
        ),
        severity="warning",
    ),
    "input_only_written_sometimes": entry(
        "“{step}”需要“{field}”，而写入它的动作只对部分单据执行",
        "“{step}” needs “{field}”, which only an action writes that does not happen for every document",
        remedy=("给“{step}”同样的 when，或给 {name} 缺省值", "give “{step}” the same `when`, or give {name} a default"),
        severity="warning",
    ),
    "reads_beside": entry(
        "“{step}”需要“{field}”，而它要在同时办理的“{asker}”才填写",
        "“{step}” needs “{field}”, which is filled in at “{asker}”, open at the same time",
        remedy=("在同时办理之前填写，或把两个环节排成先后", "ask it before the block, or put one step after the other"),
    ),
    "condition_switched_off": entry(
        "“{asker}”关闭后没有人填写“{field}”，“{step}”的条件便永不成立（{line}）",
        "with “{asker}” off nobody fills in “{field}”, so the condition of “{step}” is never true ({line})",
        remedy=("给 {name} 缺省值，或在更早的环节填写", "give {name} a default, or ask it at an earlier step"),
        severity="warning",
    ),
    "condition_if_switched_off": entry(
        "若关闭“{asker}”，就没有人填写“{field}”，“{step}”的条件便永不成立（{line}）",
        "if “{asker}” is switched off, nobody fills in “{field}”, and the condition of “{step}” is never true ({line})",
        remedy=(
            "不许关闭则写 enabled: always；否则给 {name} 缺省值",
            "say enabled: always if it must stay on; else give {name} a default",
        ),
        severity="note",
    ),
    "passed_later": entry(
        "“{step}”的条件问到“{other}”的办理，而它不在前面",
        "the condition of “{step}” asks about the passing of “{other}”, which does not come before it",
        remedy=("去掉这个条件，或移动环节", "take the condition away, or move the step"),
    ),
}

_WAYS: dict[str, Entry] = {
    "final_sometimes": entry(
        "“{when}”的单据不能从“{step}”退回“{to}”：“{at}”的动作“{action}”不可撤回",
        "documents where “{when}” cannot be sent back from “{step}” to “{to}”: the action “{action}” of “{at}” cannot"
        " be taken back",
        remedy=("退回到其后的环节，或改走退货之类的单据", "let it lead behind that step, or use a document of return"),
        severity="warning",
    ),
    "final_after_round": entry(
        "“{step}”办过一轮后就不能退回“{to}”：动作“{action}”不可撤回",
        "once a round of “{step}” has been passed it cannot be sent back to “{to}”: the action “{action}” is final",
        remedy=("可用提前结束代替", "closing it short remains possible"),
        severity="note",
    ),
    "final_after_lane": entry(
        "走过支线“{lane}”后就不能从“{step}”退回“{to}”：它的动作“{action}”不可撤回",
        "once the lane “{lane}” has been walked, “{step}” cannot go back to “{to}”: its action “{action}” is final",
        remedy=("退回到发起支线的环节之后", "let the way back lead behind where the lane is entered"),
        severity="note",
    ),
    "final_if_switched_off": entry(
        "照此开关，从“{step}”退回“{to}”会退到更早，而“{at}”的动作“{action}”不可撤回",
        "with these switches a document sent back from “{step}” to “{to}” lands earlier, and the action “{action}” of"
        " “{at}” cannot be taken back",
        remedy=("“{to}”不许关闭则写 enabled: always", "say enabled: always at “{to}” if it must stay on"),
        severity="note",
    ),
    "final_in_ending_lane": entry(
        "支线“{lane}”结束单据时要撤回一切，而它自己的“{at}”执行的“{action}”不可撤回，于是永远走不完",
        "the lane “{lane}” ends the document and takes everything back, its own “{action}” of “{at}” included, which is"
        " final: it never gets to its end",
        remedy=("把动作写在支线自己的 does 里", "bind the action in the lane's own `does`"),
    ),
    "undone_by_end": entry(
        "支线“{lane}”结束单据时会撤回它自己在“{at}”执行的“{action}”",
        "the lane “{lane}” ends the document and with that takes back its own “{action}” of “{at}”",
        remedy=("把动作写在支线自己的 does 里", "bind the action in the lane's own `does`"),
        severity="warning",
    ),
    "no_landing": entry(
        "从“{step}”退回“{to}”无处可落：到它为止的环节都不停留",
        "sent back from “{step}” to “{to}” a document finds no gate to land on: none up to there is one",
        remedy=("给支线的第一个环节写 enabled: always", "say enabled: always at the first step of the lane"),
    ),
    "lane_back_to_later": entry(
        "支线“{lane}”写明回到“{to}”，但发起时（“{at}”）还没有办到那里",
        "the lane “{lane}” returns to “{to}”, but where it is entered (“{at}”) nobody has come there yet",
        remedy=("回到更早的环节，或去掉 back_to", "return to an earlier step, or take `back_to` away"),
    ),
    "lane_ends_and_returns": entry(
        "支线“{lane}”既结束单据又写了 back_to",
        "the lane “{lane}” ends the document and has a `back_to`, which is never followed",
        remedy=("只留一个", "keep one of the two"),
    ),
    "lane_never_open": entry(
        "支线“{lane}”现在无法发起：{steps} 都不停留",
        "the lane “{lane}” cannot be entered as things are: nobody stops at {steps}",
        severity="note",
    ),
    "lane_too_late": entry(
        "支线“{lane}”永远无法发起：{steps} 都在“{before}”之后",
        "the lane “{lane}” can never be entered: {steps} come after “{before}”, before which it may be",
        remedy=("改写 at 或 before", "change `at` or `before`"),
    ),
}

_ENDS: dict[str, Entry] = {
    "end_unreachable": entry(
        "没有环节或支线通向结果“{end}”",
        "no step and no lane leads to the outcome “{end}”",
        remedy=("写 ends: {name}，或去掉这个结果", "say ends: {name} somewhere, or take the outcome away"),
    ),
    "steps_unreachable": entry(
        "“{step}”总是结束单据，其后的“{other}”永远到不了",
        "“{step}” always ends the document, so nothing ever comes to “{other}” behind it",
        remedy=("去掉 ends，或给“{step}”加 when", "take `ends` away, or give “{step}” a `when`"),
    ),
    "step_never": entry(
        "“{step}”的条件永不成立，它不属于任何单据的流程",
        "the condition of “{step}” is never true: it is part of no document's process",
        remedy=("去掉这个环节，或改写 when", "take the step away, or change its `when`"),
        severity="warning",
    ),
    "gate_never": entry(
        "“{step}”的检查永不成立，谁也办不过去",
        "a check of “{step}” can never hold: nobody ever passes it",
        remedy=("改写检查的条件", "change what must hold"),
    ),
    "until_never": entry(
        "“{step}”重复到条件成立为止，但它的任何一轮都改变不了“{field}”",
        "“{step}” repeats until its condition holds, but no round of it can change “{field}”",
        remedy=(
            "在此环节填写该字段，或由它的动作写入",
            "ask or offer that field at the step, or let an action of it write the field",
        ),
    ),
    "itself_loops": entry(
        "“{step}”自动进入支线“{lane}”并回到“{to}”，途中什么也改变不了，于是永远过不去",
        "“{step}” enters the lane “{lane}” by itself and is back at “{to}”; nothing on the way can change that, so the"
        " document never gets past it",
        remedy=(
            "让条件读取途中填写的字段，或让支线结束单据",
            "let the condition read what is filled in on the way, or let the lane end the document",
        ),
    ),
    "number_changes": entry(
        "编号取自“{field}”并从此不变，而它在“{step}”还能修改",
        "the number is taken from “{field}” and stays, but the field can still be changed at “{step}”",
        remedy=("在其后取号，或不再修改该字段", "take the number later, or leave the field alone"),
        severity="warning",
    ),
}

_SWITCHES: dict[str, Entry] = {
    "other_switches": entry(
        "“{label}”在别的开关组合下另有 {count} 处问题",
        "“{label}”: {count} finding(s) under other switches",
        remedy=("用 ordinance verify {workflow} 查看", "ordinance verify {workflow} tells them"),
        severity="note",
    ),
    "switch_of_one": entry(
        "开关关系“{id}”须列出两个不同的环节（{steps}）",
        "the tie “{id}” wants two different steps ({steps})",
        remedy=("写明另一个环节", "name the other step"),
    ),
    "switches_contradict": entry(
        "这些环节既不得同时启用，又都不许关闭：{steps}",
        "these steps may not be on at once, and none of them may be off: {steps}",
        remedy=("去掉这条关系，或其中的 enabled: always", "take the tie away, or one `enabled: always`"),
    ),
    "witness_if_off": entry(
        "若关闭“{step}”，“{action}”会在无人见证时入账",
        "if “{step}” is switched off, “{action}” is booked although nobody saw it happen",
        remedy=(
            "不许关闭则写 enabled: always；可以这样认定则写 assume: true",
            "say enabled: always if it must stay on, or assume: true if that may be taken as having happened",
        ),
        severity="note",
    ),
}

_PEOPLE: dict[str, Entry] = {
    "role_nobody_has": entry(
        "没有在职人员担任可办理“{step}”的角色：{roles}",
        "nobody who is active has a role that may do “{step}”: {roles}",
        remedy=("把其中一个角色给某人", "give somebody one of these roles"),
    ),
    "too_few_people": entry(
        "“{step}”须 {wanted} 人办理，而只有 {got} 人可以（{roles}）",
        "“{step}” wants {wanted} people and only {got} may do it ({roles})",
        remedy=("把角色给更多的人，或减少 count", "give the role to more people, or lower `count`"),
    ),
    "people_apart": entry(
        "{steps} 须由不同的人办理，共需 {wanted} 人，现有的 {got} 人分派不开",
        "{steps} want different people, {wanted} in all, and the {got} who may do them cannot be dealt out so",
        remedy=("让更多的人可以办理“{last}”", "let more people do “{last}”"),
    ),
}

_ENGINE: dict[str, Entry] = {
    "engine_refuses": entry(
        "“{step}”过不去：{why}",
        "“{step}” cannot be passed: {why}",
        remedy=("照理由修改", "change what the reason names"),
    ),
    "engine_differs": entry(
        "“{step}”之后的动作或去处与流程的顺序不符",
        "what happens behind “{step}” is not what the order of the process says",
        remedy=("报告此流程", "report this workflow"),
    ),
}

ENTRIES: dict[str, Entry] = {**_INPUTS, **_WAYS, **_ENDS, **_SWITCHES, **_PEOPLE, **_ENGINE}
