"""Words about changes of the configuration: why one cannot be applied, and what stands in its way."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "base_moved": entry(
        "配置在此期间已被他人修改，请重新计划",
        "the configuration was changed meanwhile; plan again",
        remedy=("重新计划后再生效", "make the plan anew, then apply it"),
    ),
    "plan_broken": entry("文件有 {count} 个错误，不能生效", "the files have {count} error(s); they cannot be applied"),
    "plan_loses": entry(
        "{name}:{what};涉及 {rows} 行",
        "{name}: {what}; {rows} row(s)",
        remedy=("先处理这些数据，或注明同意 {name}", "see to that data first, or consent to {name}"),
    ),
    "plan_asks": entry(
        "{workflow} 有 {count} 张单据不能迁移：{why}",
        "{count} document(s) of {workflow} cannot move: {why}",
        remedy=("补充所缺的值，或让它们留在原版本", "supply what is missing, or let them stay on the earlier revision"),
    ),
    "plan_consent": entry(
        "须先同意：{what}", "this takes consent: {what}", remedy=("注明同意 {id}", "consent to {id}")
    ),
    "field_pinned": entry(
        "有单据按更早的版本办理，仍要用到字段“{field}”，而它不能留下",
        "documents finish under an earlier revision and still read “{field}”, which cannot stay as it is",
        remedy=("保留该字段，或让这些单据迁移", "keep the field, or let these documents move on"),
    ),
    "field_asked": entry(
        "有单据按更早的版本办理,字段“{field}”仍待填写",
        "documents finish under an earlier revision and somebody still has to fill in “{field}”",
        remedy=("保留该字段，或让这些单据迁移", "keep the field, or let these documents move on"),
    ),
    "action_gone": entry(
        "有在办单据可能要撤回“{action}”，而它将不再可用",
        "documents in flight may have to take back “{action}”, which will not be there any more",
        remedy=("先办完这些单据，或保留该部门", "finish these documents first, or keep the department"),
    ),
    "unknown_process": entry("没有流程“{name}”", "there is no process “{name}”"),
    "applying_already": entry(
        "另一项修改正在生效,请等它结束", "another change is being applied; wait for it to end",
        remedy=("在“修改与历史”里查看进度", "its progress is shown under “Changes”"),
    ),
    "needs_approval": entry(
        "本公司的配置修改须经批准",
        "in this company a change of the configuration takes approval",
        remedy=("提出修改，由他人批准", "propose it; somebody else approves"),
    ),
    "own_change": entry("不能批准自己提出的修改", "nobody approves a change of their own"),
    "no_such_revision": entry("没有版本 {hash}", "there is no revision {hash}"),
    "no_files_kept": entry("版本 {hash} 没有保存文件", "no files were kept with the revision {hash}"),
    "nothing_before": entry("没有更早的版本可以恢复", "there is no earlier revision to go back to"),
    "no_such_proposal": entry("没有这项修改", "there is no such proposal"),
    "proposal_closed": entry("这项修改已{state}", "the proposal is {state} already"),
    "starts_later": entry(
        "修改从 {at} 起生效",
        "the change shall take effect from {at}",
        remedy=("提出后到时自动生效", "propose it; it takes effect by itself when its time has come"),
    ),
    "files_wait": entry(
        "文件与生效中的版本不同，未自动生效：{what}",
        "the files differ from the revision in force and were not applied: {what}",
        severity="warning",
        remedy=(
            "ordinance plan 查看影响,ordinance apply 使其生效,ordinance pull 恢复文件",
            "`ordinance plan` shows what they would do, `ordinance apply` applies, `ordinance pull` puts them back",
        ),
    ),
    "files_broken": entry(
        "文件有错误，继续使用生效中的版本", "the files have errors; the revision in force stays", severity="warning"
    ),
}
