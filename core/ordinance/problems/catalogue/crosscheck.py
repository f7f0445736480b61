"""Words about what no single file can show: names that lead nowhere, orders that cannot be, inputs nobody gives."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

_NAMES: dict[str, Entry] = {
    "left_out": entry(
        "“{name}”来自已停用的部门“{department}”，此处略去",
        "“{name}” belongs to the department “{department}”, which is switched off; it is left out here",
        severity="note",
    ),
    "unknown_action": entry("没有动作“{name}”", "there is no action “{name}”"),
    "unknown_check": entry("没有检查“{name}”", "there is no check “{name}”"),
    "unknown_event": entry("没有事件“{name}”", "there is no event “{name}”"),
    "unknown_entity": entry("没有实体“{name}”", "there is no entity “{name}”"),
    "unknown_path": entry("“{entity}”没有字段“{name}”", "“{entity}” has no field “{name}”"),
    "not_a_document": entry(
        "没有流程办理“{entity}”，所以它没有“{name}”",
        "no workflow moves “{entity}”, so it has no “{name}”",
        remedy=("为它定义流程，或改写条件", "give it a workflow, or say the condition otherwise"),
    ),
    "unknown_role": entry("没有角色“{name}”", "there is no role “{name}”"),
    "unknown_step": entry("此流程没有环节“{name}”", "this workflow has no step “{name}”"),
    "unknown_lane": entry("此流程没有支线“{name}”", "this workflow has no lane “{name}”"),
    "unknown_end": entry("此流程没有结果“{name}”", "this workflow has no outcome “{name}”"),
    "unknown_message": entry("没有消息“{name}”", "there is no message “{name}”"),
    "unknown_permission": entry("没有权限“{name}”", "there is no permission “{name}”"),
    "unknown_grant": entry("“{target}”没有动作、环节或支线“{name}”", "“{target}” has no verb, step or lane “{name}”"),
    "unknown_duty_step": entry(
        "职责分离所列的“{name}”既不是环节也不是权限", "“{name}” of this duty is neither a step nor a permission"
    ),
    "unknown_field_type": entry("没有字段类型“{name}”", "there is no field type “{name}”"),
    "unknown_column": entry("报表没有列或分组“{name}”", "this report has no column and no group “{name}”"),
    "unknown_toggle": entry("没有可开关的环节“{name}”", "there is no step “{name}” to switch"),
    "unknown_input": entry("动作“{action}”没有输入“{name}”", "the action “{action}” takes no input “{name}”"),
    "unknown_parameter_of_check": entry(
        "检查“{check}”没有参数“{name}”", "the check “{check}” takes no parameter “{name}”"
    ),
    "reserved_step": entry(
        "“{id}”是保留字，不能作环节标识",
        "“{id}” is reserved: every process has it as its first or last waiting place",
        remedy=("换一个标识", "give the step another id"),
    ),
    "step_is_verb": entry(
        "“{id}”是动作名，不能作环节或支线标识",
        "“{id}” is a verb of every entity, so no step or lane may be called so",
        remedy=("换一个标识", "give it another id"),
    ),
    "step_id_twice": entry(
        "流程中已有环节或支线“{id}”（{other}）", "this workflow has a step or lane “{id}” already ({other})"
    ),
    "reserved_field": entry(
        "“{id}”由系统占用，不能作字段标识",
        "“{id}” is a name of the house itself and cannot be a field",
        remedy=("换一个标识", "give the field another id"),
    ),
    "back_is_field": entry(
        "“{entity}”已有字段“{name}”，back 不能同名",
        "“{entity}” has a field “{name}”; the list of `back` needs another name",
    ),
    "field_without_type": entry("字段“{name}”没有 type", "the field “{name}” has no type"),
    "ref_without_target": entry(
        "引用字段“{name}”没有写 to",
        "the reference “{name}” does not say to what",
        remedy=("加上 to: 实体", "add to: entity"),
    ),
    "bad_default": entry("缺省值“{text}”不合类型：{why}", "the default “{text}” does not fit the type: {why}"),
    "grant_without_verbs": entry(
        "“{name}”是实体或流程，须写明动作",
        "“{name}” is an entity or a workflow: say which verbs and steps",
        remedy=("写成 {name}: [read, …]", "write {name}: [read, …]"),
    ),
}

_ORDER: dict[str, Entry] = {
    "opening_without_reference": entry(
        "“{entity}”没有指向“{name}”的引用，无法由它发起",
        "“{entity}” has no reference to “{name}”, so it cannot be opened from there",
    ),
    "no_steps": entry("流程“{id}”没有环节", "the workflow “{id}” has no steps"),
    "all_steps_off": entry(
        "流程“{workflow}”的环节全部关闭，单据一创建就结束",
        "every step of “{workflow}” is off: a document ends as soon as it is created",
        severity="note",
    ),
    "together_apart": entry(
        "同时办理的“{block}”被别的环节隔开",
        "the steps of “{block}” are not neighbours, so they cannot be open together",
        remedy=("把它们排在一起，或换一个名称", "put them next to each other, or use another word"),
    ),
    "differs_from_later": entry(
        "环节“{step}”要与“{other}”不同人，但“{other}”在它之后",
        "“{step}” wants a person other than that of “{other}”, which comes later",
        remedy=("把 differs_from 写在后一个环节上", "say differs_from at the later step"),
    ),
    "stages_order": entry(
        "阶段“{stage}”从更早的环节开始", "the stage “{stage}” starts at an earlier step than the one before it"
    ),
    "back_to_later": entry(
        "环节“{step}”不能退回到“{to}”，它不在前面",
        "“{step}” cannot be sent back to “{to}”, which does not come before it",
    ),
    "back_to_beside": entry(
        "环节“{step}”不能退回到同时办理的“{to}”",
        "“{step}” cannot be sent back to “{to}”, which is open together with it",
    ),
    "final_before_way_back": entry(
        "从“{step}”退回“{to}”永远做不到：“{at}”的动作“{action}”不可撤回",
        "“{step}” can never be sent back to “{to}”: the action “{action}” of “{at}” cannot be taken back",
        remedy=("去掉这条退回，或退回到其后", "take this way back away, or let it lead behind that step"),
    ),
    "final_before_landing": entry(
        "“{to}”关闭时会退到更早，而“{at}”的动作“{action}”不可撤回",
        "with “{to}” off, a document sent back lands earlier, and the action “{action}” of “{at}” cannot be undone",
        severity="warning",
    ),
    "final_before_end": entry(
        "支线“{lane}”永远走不到头：“{at}”的动作“{action}”不可撤回",
        "the lane “{lane}” can never end the document: the action “{action}” of “{at}” cannot be taken back",
    ),
}

_EFFECTS: dict[str, Entry] = {
    "undo_missing": entry(
        "动作“{action}”没有说如何撤回",
        "the action “{action}” does not say how it is taken back",
        remedy=("写 undo: 动作，或 keep、forget、never", "say undo: an action, keep, forget or never"),
    ),
    "effect_twice": entry(
        "动作“{effect}”在“{other}”和“{step}”都绑定了",
        "“{effect}” is bound at “{other}” and again at “{step}”",
        remedy=(
            "给其中一个起名，如 {{{effect}: {{as: 名称}}}}",
            "give one a name of its own: {{{effect}: {{as: name}}}}",
        ),
    ),
    "after_later": entry(
        "“{effect}”须在“{after}”之后，但它绑定在更后面",
        "“{effect}” must come after “{after}”, which is bound later",
    ),
    "after_missing": entry(
        "“{effect}”须在“{after}”之后，但此流程没有绑定它",
        "“{effect}” must come after “{after}”, which this workflow does not bind",
    ),
    "after_sometimes": entry(
        "“{effect}”须在“{after}”之后，而后者只在“{when}”时发生",
        "“{effect}” must come after “{after}”, which happens only when “{when}”",
        remedy=("给“{effect}”同样的 when", "give “{effect}” the same `when`"),
        severity="warning",
    ),
    "after_beside": entry(
        "“{effect}”须在“{after}”之后，但二者在同时办理的环节上",
        "“{effect}” must come after “{after}”, but both stand at steps that are open together",
    ),
    "round_without_until": entry(
        "“{effect}”写了 each: round，但环节“{step}”不重复",
        "“{effect}” runs each round, but the step “{step}” does not repeat",
        remedy=("去掉 each，或给环节加 until", "take `each` away, or give the step an `until`"),
    ),
    "witness_off": entry(
        "关闭“{step}”会使“{action}”无人见证即入账",
        "with “{step}” off, “{action}” is booked although nobody saw it happen",
        remedy=("确认如此则加 assume: true", "if that is meant, say assume: true beside it"),
    ),
    "input_missing": entry(
        "动作“{action}”需要“{name}”，此处没有同名字段",
        "the action “{action}” needs “{name}”, and there is no field of that name here",
        remedy=("在绑定中写明 {name}: 字段", "say in the binding {name}: field"),
    ),
    "input_switched_off": entry(
        "“{asker}”关闭后没有人填写“{field}”，而“{step}”需要它（{line}）",
        "with “{asker}” off nobody fills in “{field}”, which “{step}” needs ({line})",
        remedy=("给 {name} 一个缺省值，或在更早的环节填写", "give {name} a default, or ask it at an earlier step"),
    ),
    "input_may_be_missing": entry(
        "“{asker}”对部分单据关闭，那时没有人填写“{field}”，而“{step}”需要它",
        "“{asker}” is off for some documents; then nobody fills in “{field}”, which “{step}” needs",
        remedy=("给 {name} 一个缺省值", "give {name} a default"),
        severity="warning",
    ),
    "input_never_asked": entry(
        "“{step}”需要“{field}”，但此前没有环节填写它",
        "“{step}” needs “{field}”, which no step before it asks or offers",
        remedy=("在更早的环节 asks: [{name}]", "ask {name} at an earlier step"),
    ),
    "reads_later": entry(
        "“{step}”的条件读取“{field}”，它到“{asker}”才填写",
        "the condition of “{step}” reads “{field}”, which is only filled in at “{asker}”",
        remedy=("在更早的环节填写，或给它缺省值", "ask it at an earlier step, or give it a default"),
    ),
    "asks_computed": entry(
        "“{name}”由系统计算，不能由人填写",
        "“{name}” is computed: nobody can fill it in",
        remedy=("从列表中去掉它", "take it out of the list"),
    ),
    "due_is_no_time": entry(
        "期限应为时长、日期或时间，实为{got}", "`due` must be a span, a day or a moment, not {got}"
    ),
}

_PEOPLE: dict[str, Entry] = {
    "nobody_may": entry(
        "没有人可以办理“{step}”",
        "nobody may do “{step}”",
        remedy=("写 by: [角色]，或让角色的 may 含有 {id}", "say by: [role], or let a role's `may` have {id}"),
    ),
    "said_twice": entry(
        "“{step}”已写明 by，又由“{role}”授予",
        "who does “{step}” is said twice: by its `by`, and by “{role}”",
        remedy=("只留一处", "keep one of the two"),
    ),
    "only_broken": entry(
        "角色“{role}”不得有权限“{permission}”，它仅限：{only}",
        "the role “{role}” has the permission “{permission}”, which only these may have: {only}",
    ),
    "duty_of_one": entry(
        "职责分离“{duty}”至少要列两项", "the duty “{duty}” keeps nothing apart: it names fewer than two"
    ),
    "duty_in_one_role": entry(
        "角色“{role}”同时有“{duty}”要分开的：{steps}",
        "the role “{role}” has by itself what “{duty}” keeps apart: {steps}",
        severity="warning",
    ),
    "switch_needs": entry(
        "环节“{step}”启用时“{other}”也必须启用", "while the step “{step}” is on, “{other}” must be on as well"
    ),
    "switch_excludes": entry("这些环节不得同时启用：{steps}", "these steps may not be on at once: {steps}"),
    "number_from_where": entry(
        "编号须写 pattern 或 from 其中之一", "a number has a pattern, or is taken `from` a field: one of the two"
    ),
    "number_part": entry(
        "编号格式不认识 {{{part}}}",
        "the pattern of the number has an unknown part {{{part}}}",
        remedy=(
            "可用 {{yyyy}} {{yy}} {{mm}} {{dd}} {{n:04}} 或字段",
            "use {{yyyy}} {{yy}} {{mm}} {{dd}} {{n:04}} or a field",
        ),
    ),
    "number_counter": entry(
        "编号格式“{pattern}”须恰有一个 {{n}}", "the pattern “{pattern}” must have exactly one counter {{n}}"
    ),
    "number_period": entry(
        "编号格式“{pattern}”有日无月，不同月份会重号",
        "the pattern “{pattern}” has the day but not the month: numbers of two months would be the same",
    ),
    "formula_cycle": entry("公式互相引用，无法计算：{circle}", "these formulas need each other: {circle}"),
    "words_missing": entry(
        "“{words}”缺少另一种语言（{language}）", "“{words}” has no words in {language}", severity="warning"
    ),
}

ENTRIES: dict[str, Entry] = {**_NAMES, **_ORDER, **_EFFECTS, **_PEOPLE}
