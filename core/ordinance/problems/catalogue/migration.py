"""Words of refusals when documents under way are brought to a new revision, and back."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "workflow_gone": entry(
        "新版本中没有流程“{workflow}”",
        "the new revision has no workflow “{workflow}”",
        remedy=(
            "让此单据按旧版本办完,或保留该流程",
            "finish this document under the old revision, or keep the workflow",
        ),
    ),
    "lane_gone": entry(
        "单据正在支线“{lane}”中,而新版本中没有这条支线",
        "the document is in the lane “{lane}”, which the new revision does not have",
        remedy=(
            "等它离开支线后再迁移,或按旧版本办完",
            "let it move once it has left the lane, or finish under the old revision",
        ),
    ),
    "consent_final": entry(
        "迁移会在“{step}”执行动作“{action}”,之后不可撤回",
        "moving on runs the action “{action}” of “{step}”, which cannot be taken back",
        remedy=("确认同意,或让此单据留在旧版本", "agree to it, or leave this document on the old revision"),
    ),
    "consent_witness": entry(
        "迁移会把“{step}”的动作“{action}”记为实物已发生,而无人亲见",
        "moving on books “{action}” of “{step}” as having happened, though nobody has seen it",
        remedy=("确认同意,或让此单据留在旧版本", "agree to it, or leave this document on the old revision"),
    ),
    "not_last": entry(
        "迁移之后单据已有其他变动,不能原样放回",
        "something has happened to the document since it was moved, so it cannot be put back as it was",
    ),
    "kept_for_good": entry(
        "迁移时执行的动作“{effects}”不可撤回,不能原样放回",
        "moving it did “{effects}”, which stays, so the document cannot be put back as it was",
    ),
    "proposals_applied": entry(
        "迁移结束了支线,其中拟改的内容已经生效,不能原样放回",
        "moving it ended a lane and applied what was proposed there, so the document cannot be put back as it was",
    ),
    "taken_back_then": entry(
        "迁移时撤回了动作“{effects}”,不能原样放回",
        "moving it took back “{effects}”, so the document cannot be put back as it was",
    ),
}
