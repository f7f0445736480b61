"""Words about departments, hooks and what they offer."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "folder_name": entry(
        "文件夹名“{folder}”与部门 id“{id}”不一致",
        "the folder is called “{folder}”, but its department's id is “{id}”",
        remedy=("把文件夹或 id 改成同一个名字", "give the folder and the id the same name"),
    ),
    "department_twice": entry(
        "部门“{id}”出现了两次",
        "the department “{id}” is there twice",
        remedy=("去掉其中一个,或改它的 id", "take one of them away, or change its id"),
    ),
    "no_manifest": entry(
        "文件夹“{folder}”里没有 plugin.yaml",
        "the folder “{folder}” has no plugin.yaml",
        remedy=("补上 plugin.yaml,或把它移出 plugins", "add a plugin.yaml, or move the folder out of plugins"),
        severity="warning",
    ),
    "unknown_file": entry(
        "不认识文件“{name}”，没有读取它",
        "the file “{name}” is none of ours and was not read",
        severity="warning",
    ),
    "requires_unknown": entry(
        "“{id}”需要“{wanted}”,但没有安装它",
        "“{id}” requires “{wanted}”, which is not installed",
    ),
    "requires_switched_off": entry(
        "“{id}”需要的“{wanted}”已停用,与它的绑定都略去",
        "“{id}” requires “{wanted}”, which is switched off; what is bound to it is left out",
        severity="note",
    ),
    "requires_cycle": entry(
        "部门之间循环依赖:{cycle}",
        "departments require each other in a circle: {cycle}",
        remedy=("去掉其中一个 requires", "take one of the requires away"),
    ),
    "pack_unknown": entry("没有安装流程包“{id}”", "the pack “{id}” is not installed"),
    "department_unknown": entry("没有安装部门“{id}”", "the department “{id}” is not installed"),
    "package_without_folder": entry(
        "安装包“{package}”登记的部门“{id}”没有可读的文件夹",
        "the department “{id}” of the package “{package}” has no folder that can be read",
    ),
    "hooks_failed": entry(
        "部门“{department}”的代码无法载入:{detail}",
        "the code of the department “{department}” cannot be loaded: {detail}",
    ),
    "hook_unknown": entry(
        "部门“{department}”回答了不存在的挂钩“{hook}”",
        "the department “{department}” answers a hook that does not exist: “{hook}”",
    ),
    "hook_arguments": entry(
        "部门“{department}”的挂钩“{hook}”参数不对:{arguments}",
        "the hook “{hook}” of the department “{department}” takes the wrong arguments: {arguments}",
        remedy=("这个挂钩的参数是:({wanted})", "the hook takes: ({wanted})"),
    ),
    "hook_unmarked": entry(
        "部门“{department}”的“{hook}”没有 @hookimpl,不会被调用",
        "“{hook}” of the department “{department}” is not marked with @hookimpl and is never called",
        remedy=("在函数上加 @hookimpl", "put @hookimpl on it"),
    ),
    "hook_answer": entry(
        "部门“{department}”的挂钩“{hook}”应返回映射,实为 {got}",
        "the hook “{hook}” of the department “{department}” must return a mapping, not {got}",
    ),
    "hook_not_callable": entry(
        "部门“{department}”的“{name}”不是可调用的{kind}",
        "“{name}” of the department “{department}” is no {kind}: it cannot be called that way",
        remedy=("动作、检查、值须为 async 函数", "actions, checks and values are async functions"),
    ),
    "action_without_code": entry(
        "动作“{id}”已声明,但 hooks.py 没有给出代码",
        "the action “{id}” is declared, but hooks.py gives no code for it",
    ),
    "action_undeclared": entry(
        "hooks.py 给出的动作“{id}”没有在 plugin.yaml 声明",
        "hooks.py gives code for the action “{id}”, which plugin.yaml does not declare",
    ),
    "check_without_code": entry(
        "检查“{id}”已声明,但 hooks.py 没有给出代码",
        "the check “{id}” is declared, but hooks.py gives no code for it",
    ),
    "check_undeclared": entry(
        "hooks.py 给出的检查“{id}”没有在 plugin.yaml 声明",
        "hooks.py gives code for the check “{id}”, which plugin.yaml does not declare",
    ),
    "value_without_code": entry(
        "值“{id}”已声明,但 hooks.py 没有给出代码",
        "the value “{id}” is declared, but hooks.py gives no code for it",
    ),
    "value_undeclared": entry(
        "hooks.py 给出的值“{id}”没有在 plugin.yaml 声明",
        "hooks.py gives code for the value “{id}”, which plugin.yaml does not declare",
    ),
    "function_without_code": entry(
        "函数“{id}”已声明,但 hooks.py 没有给出代码",
        "the function “{id}” is declared, but hooks.py gives no code for it",
    ),
    "function_undeclared": entry(
        "hooks.py 给出的函数“{id}”没有在 plugin.yaml 声明",
        "hooks.py gives code for the function “{id}”, which plugin.yaml does not declare",
    ),
    "field_type_without_code": entry(
        "字段类型“{id}”已声明,但 hooks.py 没有给出代码",
        "the field type “{id}” is declared, but hooks.py gives no code for it",
    ),
    "field_type_undeclared": entry(
        "hooks.py 给出的字段类型“{id}”没有在 plugin.yaml 声明",
        "hooks.py gives the field type “{id}”, which plugin.yaml does not declare",
    ),
}
