"""Words of ordinary refusals: why a person may not do this now."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "not_here": entry("单据不在环节“{step}”,现在等待:{waits}", "the document is not at “{step}”; it waits at: {waits}"),
    "not_allowed": entry("你没有权限:{what}", "you have no right to: {what}"),
    "not_assigned": entry("此单据已指派给 {person}", "this document is assigned to {person}"),
    "not_next": entry("请先处理排在前面的 {number}", "take {number} first: it is ahead in the queue"),
    "not_opened_here": entry("此流程不能从这里创建:{channel}", "this process cannot be started from here: {channel}"),
    "not_found": entry("没有这条记录", "there is no such record"),
    "same_person": entry("不得与环节“{step}”为同一人", "must not be the person who passed “{step}”"),
    "duty": entry("职责分离“{duty}”:你已办理过“{step}”", "duties kept apart, “{duty}”: you already did “{step}”"),
    "missing": entry("请填写{field}", "fill in {field}"),
    "evidence": entry("证据“{field}”须为:{accepts}", "“{field}” must be one of: {accepts}"),
    "number_taken": entry("编号 {number} 已被使用", "the number {number} is already taken"),
    "accounts": entry(
        "每个{of}最多 {most} 个“{role}”账号", "at most {most} account(s) with the role “{role}” for each {of}"
    ),
    "suspended": entry("账号已停用", "the account is suspended"),
    "stale": entry("记录已被他人修改,请刷新后再试", "somebody changed the record meanwhile; load it again"),
    "final": entry("已不可撤回:{effects}", "this cannot be taken back any more: {effects}"),
    "opinion_missing": entry("请写明意见", "give a reason in words"),
    "cannot_send_back": entry("环节“{step}”不能退回", "“{step}” cannot be sent back"),
    "no_such_step": entry("没有环节“{step}”", "there is no step “{step}”"),
    "no_such_lane": entry("没有支线“{lane}”", "there is no lane “{lane}”"),
    "lane_closed": entry("现在不能走支线“{lane}”", "the lane “{lane}” is not open now"),
    "in_lane": entry(
        "单据正在支线“{lane}”中,主流程暂停", "the document is in the lane “{lane}”; the main flow stands still"
    ),
    "already_taken": entry("已由 {person} 受理", "already taken by {person}"),
    "already_voted": entry("你已经通过此环节,等待他人", "you already passed this step; it waits for others"),
    "ended": entry("单据已结束:{end}", "the document has ended: {end}"),
    "version_pending": entry("{entity}已有新版本在办理", "a new version of this {entity} is on its way already"),
    "bad_target": entry("不能交给这个账号办理", "this account cannot be given the step"),
    "unknown_value": entry(
        "缺少“{field}”的值,无法判断", "the value of “{field}” is not known, so this cannot be decided"
    ),
    "action_refused": entry("动作“{action}”被拒绝:{why}", "the action “{action}” refused: {why}"),
    "must": entry("{say}", "{say}"),
    "not_editable": entry("现在不能修改{field}", "{field} cannot be changed now"),
    "set_aside": entry("单据已搁置:{why}", "the document is set aside: {why}"),
    "not_set_aside": entry("单据没有搁置", "the document is not set aside"),
    "no_round": entry(
        "环节“{step}”还没有完成过一次,不能提前结束", "“{step}” has had no round yet, so it cannot be closed short"
    ),
    "back_to_choice": entry("请选择退回到:{choices}", "choose where to send it back to: {choices}"),
    "effect_needs": entry(
        "“{step}”要执行的动作“{action}”缺少{field}", "“{step}” runs the action “{action}”, which needs {field}"
    ),
    "effect_needs_off": entry(
        "环节“{step}”已关闭,其动作“{action}”在此执行,但缺少{field}",
        "“{step}” is off, so its action “{action}” runs here, and it needs {field}",
        remedy=("在更早的环节填写{field},或重新开启该环节", "ask for {field} earlier, or switch the step on again"),
    ),
    "effect_after": entry("动作“{action}”须在“{other}”之后", "the action “{action}” may only run after “{other}”"),
    "no_change": entry("本轮没有改变“{fields}”", "this round changed nothing that “{fields}” reads"),
    "runs_here": entry(
        "环节“{step}”已关闭,其动作“{action}”在此执行:{why}",
        "“{step}” is off, so its action “{action}” runs here: {why}",
    ),
    "not_deletable": entry("{entity}不能删除", "{entity} cannot be deleted"),
    "no_such_event": entry("没有事件“{got}”", "there is no event “{got}”"),
}
