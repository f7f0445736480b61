"""One process that has everything a drawing can show, and the sites whose every workflow is drawn."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

from ordinance.blueprint import Blueprint, load
from ordinance.drawing import Names
from ordinance.process import Workflow

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SITES = (ROOT, *sorted(each for each in (ROOT / "tests" / "sites").iterdir() if each.is_dir()))

ENTITIES = """
job:
  label: {zh: 任务, en: Job}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    amount:   {type: money, label: {zh: 金额, en: Amount}}
    urgent:   {type: boolean, label: {zh: 加急, en: Urgent}}
    kind:     {type: choice, label: {zh: 类别, en: Kind}, options: {plain: {zh: 普通, en: Plain}, special: {zh: 特殊, en: Special}}}
    starts:   {type: date, label: {zh: 开始日, en: Starts}}
    remark:   {type: text, label: {zh: 说明, en: Remark}}
    issued:   {type: quantity, default: "0", label: {zh: 已发, en: Issued}}
    quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
    customer: {type: ref, to: customer, label: {zh: 客户, en: Customer}}
    handler:  {type: ref, to: account, label: {zh: 经办人, en: Handler}}
    secret_note: {type: text, label: {zh: 密注, en: Secret note}, secret: true}
    parts:
      type: lines
      label: {zh: 部件, en: Parts}
      fields:
        product: {type: ref, to: product, label: {zh: 商品, en: Product}}
        pieces:  {type: quantity, label: {zh: 件数, en: Pieces}}
"""

ROLES = """
permissions:
  job_view: {label: {zh: 查看任务, en: View jobs}, gives: [job.read]}
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {job: [read, create, update, export], product: [read], customer: [read]}}
  boss:   {label: {zh: 主管, en: Boss}, may: {job: [read, export], account: [read], product: [read], customer: [read]}}
  worker: {label: {zh: 员工, en: Worker}, may: [job_view]}
duties:
  two_people: {apart: [job.write, job.approve], label: {zh: 录入与审批分离, en: Writing and approving apart}}
"""

WORKFLOWS = """
job:
  label: {zh: 任务单, en: Job order}
  number: {at: write, pattern: "J{n:03}"}
  steps:
    write:   {label: {zh: 填写, en: Write}, enabled: always, by: [clerk], asks: [subject, parts.product, parts.pieces], offers: [amount], help: {zh: 先问客户。, en: Ask the customer first.}}
    check:   {label: {zh: 初审, en: First look}, enabled: false, by: [clerk], does: [counting.stamp], back_to: write}
    approve:
      label: {zh: 审批, en: Approve}
      when: amount >= 1000 and kind == 'special'
      by: [boss]
      count: 2
      opinion: always
      due: 2wd
      back_to: [write]
      checks: {enough: {must: "parts.all(pieces > 0)", say: {zh: 件数须大于 0, en: Pieces must be above nought}}}
      basis: {zh: 采购制度第 5 条, en: Purchasing rules §5}
    pack:    {label: {zh: 包装, en: Pack}, together: ready, by: [worker], does: [counting.announce], tells: [clerk]}
    book:    {label: {zh: 订车, en: Book a lorry}, together: ready, by: [clerk]}
    release: {label: {zh: 放行, en: Release}, enabled: urgent, by: [boss], back_to: write}
    send:    {label: {zh: 发出, en: Send}, by: [worker], asks: [issued], until: issued >= quantity, does: {counting.open_shipment: {when: not urgent, each: round}}}
    confirm: {label: {zh: 确认, en: Confirm}, by: {field: handler}, due: starts, by_itself: [{after: 15d, pass: true}, {event: counting.announced, pass: true}]}
  lanes:
    stop:   {label: {zh: 取消, en: Call off}, by: [clerk, boss], before: send, asks: [remark], ends: stopped}
    change:
      label: {zh: 变更, en: Change}
      by: [clerk]
      at: [release]
      changes: [amount]
      steps:
        agree: {label: {zh: 客户同意, en: Customer agrees}, by: [boss], asks: [remark]}
      back_to: write
  ends: {done: {zh: 完成, en: Finished}, stopped: {zh: 已取消, en: Called off}}
"""

AFTER = (
    WORKFLOWS.replace("  steps:\n    write:", "  steps:\n    write:", 1)
    .replace("enabled: false, by: [clerk], does: [counting.stamp]", "by: [clerk], does: [counting.stamp]")
    .replace("amount >= 1000", "amount >= 5000")
    .replace("enabled: urgent, by: [boss], back_to: write", "enabled: false, by: [boss], back_to: write")
    .replace("    book:    {label: {zh: 订车, en: Book a lorry}, together: ready, by: [clerk]}\n", "")
    .replace(
        "    confirm: {label: {zh: 确认, en: Confirm}",
        "    confirmed: {was: confirm, label: {zh: 签收, en: Sign for it}",
    )
    + "\n"
)
"""The same a month later: one step on, one off, one gone, one renamed, one with another limit."""

PARTS = {"config/entities.yaml": ENTITIES, "roles.yaml": ROLES}


def company_of(folder: Path, workflows: str = WORKFLOWS, **more: str) -> Blueprint:
    """Return the blueprint of the company of this kit, with the department that counts."""
    counting = ROOT / "tests" / "sites" / "counting"
    site = folder / "site"
    shutil.copytree(counting / "plugins", site / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    (site / "config").mkdir()
    shutil.copy(counting / "config" / "company.yaml", site / "config" / "company.yaml")
    for name, text in {**PARTS, "workflows.yaml": workflows, **more}.items():
        (site / name).write_text(f"schema: 1\n{text}", encoding="utf-8")
    loaded = load(site)
    wrong = [f"{each.place}: {each.message.en}" for each in loaded.problems if each.severity == "error"]
    assert loaded.blueprint is not None, "\n".join(wrong)
    return loaded.blueprint


@cache
def blueprint_of(site: Path) -> Blueprint:
    """Return the blueprint of a site of the repository."""
    blueprint = load(site).blueprint
    assert blueprint is not None
    return blueprint


def every_workflow() -> list[tuple[str, Workflow, Blueprint]]:
    """Return every workflow of the default site and of the sites of the tests, by a readable name."""
    return [
        (f"{site.name}-{id}", workflow, blueprint_of(site))
        for site in SITES
        for id, workflow in blueprint_of(site).workflows.items()
    ]


def names(blueprint: Blueprint, locale: str = "zh") -> Names:
    return Names(locale, blueprint)


def same_as_golden(path: str, made: str) -> None:
    """Hold a text against a golden file; `ORDINANCE_GOLDEN=update` writes it anew: read the difference."""
    golden = GOLDEN / path
    if os.environ.get("ORDINANCE_GOLDEN") == "update":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")
