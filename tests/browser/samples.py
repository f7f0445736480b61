"""Hand-made view models for the gallery: every screen as it should look, in two languages, with long words."""

from __future__ import annotations

from typing import Any

from ordinance.drawing import Names, picture_of
from ordinance.problems import Text
from ordinance.process.model import Lane, Step, Tell, Workflow
from ordinance.web.ui.views.controls import Column, Control, Grid, Group, Option, Row, Total
from ordinance.web.ui.views.flow import Flow, Switch, drawing_of
from ordinance.web.ui.views.frame import Destination, Frame, NavGroup, User
from ordinance.web.ui.views.listing import (
    Cell,
    Condition,
    FilterChip,
    Heading,
    InboxView,
    Line,
    ListView,
    Place,
    Tab,
    Task,
)
from ordinance.web.ui.views.record import Act, Ask, Chip, Difference, Entry, Fault, Mark, RecordView

NAMES = (
    "杭州恒诚电子有限公司",
    "广州华信建材有限公司",
    "苏州嘉实食品有限公司",
    "成都博远贸易有限公司",
    "青岛安捷医疗器械有限公司",
    "宁波明泰五金有限公司",
)
GOODS = (
    ("不锈钢六角螺栓 M8×40", "304 · 100 只/盒", "40", "36.50", "", "1,460.00"),
    ("深沟球轴承 6204-2RS", "20×47×14 mm", "120", "18.20", "5", "2,074.80"),
    ("防水接线盒 IP67", "120×80×50 mm", "24", "27.90", "", "669.60"),
    ("PVC 绝缘胶带", "18 mm × 20 m · 黑", "200", "3.80", "", "760.00"),
    ("工业手套 丁腈 L", "12 双/打", "15", "58.00", "", "870.00"),
)


def say(locale: str, zh: str, en: str) -> str:
    return zh if locale == "zh" else en


def frame(locale: str, theme: str, here: str, *, portal: bool = False, signed_in: bool = True, said: str = "") -> Frame:
    def place(zh: str, en: str, href: str, count: int | None = None) -> Destination:
        return Destination(say(locale, zh, en), href, count, current=here.split("?")[0] == href)

    orders = place("订货单", "Orders", "/o/sales_order", None if portal else 7)
    groups = (
        NavGroup(
            say(locale, "销售", "Sales"),
            "s",
            (
                orders,
                place("退货单", "Returns", "/o/return_order"),
                place("客户", "Customers", "/o/customer"),
                place("价格表", "Price lists", "/o/price_list"),
            ),
        ),
        NavGroup(
            say(locale, "财务", "Finance"),
            "f",
            (
                place("待财务审核", "Awaiting finance review", "/o/sales_order?step=finance_review", 7),
                place("应收", "Receivables", "/o/receivable"),
            ),
        ),
        NavGroup(
            say(locale, "仓储", "Warehouse"),
            "w",
            (
                place("待出库审核", "Awaiting stock-out review", "/o/sales_order?step=outbound_review", 5),
                place("仓库", "Warehouses", "/o/warehouse"),
            ),
        ),
        NavGroup(
            say(locale, "设置", "Settings"),
            "t",
            (
                place("流程环节", "Steps", "/settings/workflow/sales_order"),
                place("角色与权限", "Roles and permissions", "/settings/roles"),
                place("账号", "Accounts", "/settings/accounts"),
            ),
        ),
    )
    if portal:
        groups = (NavGroup(say(locale, "订货", "Ordering"), "s", (orders, groups[0].items[1])),)
    return Frame(
        site=say(locale, "远山分销", "Farhill Distribution"),
        locale=locale,
        theme=theme,
        csrf="sample",
        here=here,
        user=User(say(locale, "张伟", "Zhang Wei"), say(locale, "财务审核员", "Finance reviewer"))
        if signed_in
        else None,
        groups=groups if signed_in else (),
        home=place("待我处理", "My work", "/", 12) if signed_in else None,
        portal=portal,
        said=said,
    )


def details(locale: str, *, wrong: bool = False) -> Group:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    return Group(
        words("基本信息", "Details"),
        (
            Control(
                "customer",
                words("客户", "Customer"),
                "ref",
                value="上海瑞禾机械有限公司",
                reference="11",
                required=True,
                span="wide",
                source="customer",
                source_label=words("客户", "Customer"),
                help=words("输入名称、编码或拼音首字母", "Type a name or a code"),
            ),
            Control("customer_number", words("客户采购单号", "Customer’s order number"), value="RH-88213", longest=40),
            Control(
                "deliver_by",
                words("要求交期", "Deliver by"),
                "date",
                value="" if wrong else "2026-12-04",
                required=True,
                error=words("请填写要求交期", "Deliver by is required") if wrong else "",
            ),
            Control(
                "priority",
                words("优先级", "Priority"),
                "select",
                value="rush",
                options=(Option("normal", words("普通", "Normal")), Option("rush", words("加急", "Rush"), chosen=True)),
            ),
            Control(
                "rush_reason",
                words("加急原因", "Reason for the rush"),
                value="" if wrong else "客户停线",
                required=True,
                error=words("请填写加急原因", "Reason for the rush is required") if wrong else "",
            ),
            Control(
                "warehouse",
                words("发货仓", "Warehouse"),
                "select",
                options=(Option("w1", "上海一号仓", chosen=True), Option("w2", "苏州仓")),
            ),
            Control(
                "terms",
                words("付款方式", "Payment terms"),
                text=words("月结 30 天", "30 days, end of month"),
                writable=False,
            ),
            Control("insured", words("运输保险", "Insured transport"), "check", value="true"),
            Control(
                "tags",
                words("标签", "Tags"),
                "many",
                options=(
                    Option("a", words("易碎", "Fragile"), chosen=True),
                    Option("b", words("危险品", "Dangerous")),
                    Option("c", words("冷链", "Cold chain")),
                ),
            ),
            Control("note", words("备注", "Note"), "area", value="卸货请走东门，上午到货", span="wide"),
        ),
    )


def lines(locale: str, *, wrong: bool = False, rows: int = 5) -> Grid:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    columns = (
        Column("product", words("商品", "Product"), required=True, role="lead"),
        Column("spec", words("规格", "Specification"), role="whole"),
        Column("quantity", words("数量", "Quantity"), required=True, numeric=True),
        Column("price", words("单价", "Price"), numeric=True),
        Column("discount", words("折扣 %", "Discount %"), numeric=True),
        Column("amount", words("金额", "Amount"), numeric=True, role="sum"),
    )

    def row(index: str, at: int, id: str, values: tuple[str, ...]) -> Row:
        name, spec, quantity, price, discount, amount = values
        bad = words("数量须大于 0", "Quantity must be more than 0") if wrong and at == 2 else ""
        many = words("0–30 之间", "Between 0 and 30") if wrong and at == 3 else ""
        path = f"lines.{index}"
        return Row(
            index,
            id,
            (
                Control(
                    f"{path}.product",
                    columns[0].label,
                    "ref",
                    value=name,
                    reference=f"{at + 1}" if name else "",
                    source="product",
                ),
                Control(f"{path}.spec", columns[1].label, text=spec, writable=False),
                Control(f"{path}.quantity", columns[2].label, value="-3" if bad else quantity, numeric=True, error=bad),
                Control(f"{path}.price", columns[3].label, value=price, numeric=True),
                Control(
                    f"{path}.discount", columns[4].label, value="60" if many else discount, numeric=True, error=many
                ),
                Control(f"{path}.amount", columns[5].label, text=amount, numeric=True, writable=False),
            ),
            (Control(f"{path}.remark", words("行备注", "Line note")), Control(f"{path}.batch", words("批号", "Batch"))),
        )

    return Grid(
        "lines",
        words("订单明细", "Lines"),
        columns,
        tuple(row(str(at), at, str(500 + at), GOODS[at % len(GOODS)]) for at in range(rows)),
        row("#", -1, "", ("", "", "", "", "", "")),
        totals=(
            Total("goods_total", words("货款", "Goods"), "5,834.40"),
            Total("freight", words("运费", "Freight"), "120.00"),
            Total("total", words("合计", "Total"), "¥ 5,954.40", grand=True),
        ),
    )


def record(
    locale: str, *, wrong: bool = False, stale: bool = False, fresh: bool = False, rows: int = 5, done: bool = False
) -> RecordView:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    approve = Act("step:finance_review", words("财务审核通过", "Pass finance review"), "first", keys="Ctrl ↵")
    back = Act(
        "back:finance_review",
        words("退回", "Send back"),
        "back",
        href="/o/sales_order/1/act/back:finance_review",
        asks=True,
    )
    cancel = Act("lane:cancel", words("作废", "Cancel order"), href="/o/sales_order/1/act/lane:cancel", asks=True)
    faults = (
        Fault(words("请填写要求交期", "Deliver by is required"), "f-deliver_by"),
        Fault(words("请填写加急原因", "Reason for the rush is required"), "f-rush_reason"),
        Fault(words("第 3 行 数量：须大于 0", "Row 3, quantity: must be more than 0"), "f-lines-2-quantity"),
        Fault(words("第 4 行 折扣 %：0–30 之间", "Row 4, discount %: between 0 and 30"), "f-lines-3-discount"),
    )
    return RecordView(
        entity="sales_order",
        entity_label=words("订货单", "Orders"),
        title=words("新建订货单", "New order") if fresh else "DH20261124-0183",
        action="/o/sales_order/new" if fresh else "/o/sales_order/1",
        list_href="/o/sales_order",
        id="" if fresh else "1",
        version="" if fresh else "4",
        key="sample-key",
        chip=None if fresh else Chip(words("待财务审核", "Awaiting finance review"), "mine"),
        keyline=()
        if fresh
        else (
            ("customer", "上海瑞禾机械有限公司", False),
            ("total", "¥ 5,954.40", True),
            ("lines.count", words(f"{rows} 行", f"{rows} rows"), False),
        ),
        marks=()
        if fresh
        else (
            Mark(words("订单审核", "Order review"), words("李倩 · 11-23", "Li Qian · 11-23"), "done"),
            Mark(words("财务审核", "Finance review"), words("财务审核员", "Finance reviewer"), "now"),
            Mark(words("信用复核", "Credit recheck"), "", "off"),
            Mark(words("出库审核", "Stock-out review"), words("仓库管理员", "Warehouse keeper"), "next"),
            Mark(words("发货确认", "Confirm shipping"), words("发货员", "Shipper"), "next"),
            Mark(words("收货确认", "Confirm receipt"), words("客户", "Customer"), "next"),
        ),
        standing=""
        if fresh
        else words("核对信用额度与逾期款，再放行。", "Compare the credit limit and overdue amounts before passing."),
        parts=(details(locale, wrong=wrong), lines(locale, wrong=wrong, rows=rows)),
        primary=Act("step:submit", words("提交订单", "Submit"), "first", keys="Ctrl ↵") if fresh else approve,
        secondary=() if fresh else (cancel, back),
        refused=()
        if fresh
        else (
            Act(
                "step:release",
                words("加急放行", "Release at once"),
                reasons=(
                    words("需要业务负责人办理", "The business manager does this"),
                    words("信用额度超出 ¥ 1,200.00", "Over the credit limit by ¥ 1,200.00"),
                ),
            ),
        ),
        asks=()
        if fresh
        else (
            Ask(
                back,
                reason="must",
                to=(
                    Option("order_review", words("订单审核", "Order review"), chosen=True),
                    Option("submit", words("提交订单", "Submit")),
                ),
            ),
            Ask(
                cancel,
                reason="may",
                controls=(
                    Control(
                        "cancel_reason",
                        words("作废原因", "Why it is cancelled"),
                        "select",
                        required=True,
                        options=(
                            Option("", words("（未选）", "(none)")),
                            Option("double", words("重复下单", "Ordered twice")),
                        ),
                    ),
                ),
            ),
        ),
        can_save=True,
        save_label=words("保存草稿", "Save draft") if fresh else "",
        faults=faults if wrong else (),
        differences=(
            Difference(words("要求交期", "Deliver by"), "2026-12-04", "2026-12-08"),
            Difference(words("备注", "Note"), "卸货请走东门", "卸货请走西门"),
        )
        if stale
        else (),
        entries=()
        if fresh
        else (
            Entry(
                words("王敏", "Wang Min"),
                words("订单审核通过", "passed Order review"),
                words("今天 09:40", "Today 09:40"),
                "2026-11-24T01:40:00Z",
                "passed",
                words("订单审核员", "Order reviewer"),
                reason=words("价格与协议一致", "Prices are as agreed"),
            ),
            Entry(
                words("李倩", "Li Qian"),
                words("修改", "changed"),
                words("今天 09:38", "Today 09:38"),
                "2026-11-24T01:38:00Z",
                role=words("订单审核员", "Order reviewer"),
                changes=(
                    (words("第 2 行 折扣", "Row 2, discount"), "", "5"),
                    (words("要求交期", "Deliver by"), "2026-12-01", "2026-12-04"),
                ),
            ),
            Entry(
                words("李倩", "Li Qian"),
                words("退回到提交订单", "sent back to Submit"),
                words("昨天 17:20", "Yesterday 17:20"),
                "2026-11-23T09:20:00Z",
                "back",
                words("订单审核员", "Order reviewer"),
                reason=words("交期与客户确认不一致", "The date differs from what the customer confirmed"),
            ),
            Entry(
                words("瑞禾", "Ruihe"),
                words("提交订单", "passed Submit"),
                "11-22 08:55",
                "2026-11-22T00:55:00Z",
                "passed",
                words("客户", "Customer"),
            ),
        ),
    )


def listing(locale: str, here: str) -> ListView:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    chips = (
        Chip(words("待财务审核", "Awaiting finance review"), "mine"),
        Chip(words("待出库审核", "Awaiting stock-out review")),
        Chip(words("待收货确认", "Awaiting receipt")),
        Chip(words("已完成", "Completed"), "done"),
        Chip(words("已作废", "Cancelled"), "off"),
    )
    rows = tuple(
        Line(
            str(at),
            "/o/sales_order/1",
            f"DH20261124-{183 - at:04}",
            (
                Cell(f"DH20261124-{183 - at:04}", href="/o/sales_order/1"),
                Cell(f"{NAMES[at % 6]}{at * 7 % 90}"),
                Cell("", chip=chips[at % 5]),
                Cell(f"2026-11-{28 - at % 9:02}", late=at % 9 > 4),
                Cell(words("李倩", "Li Qian") if at % 2 else words("王敏", "Wang Min"), opt=True),
                Cell(str(at * 13 % 40 + 1), numeric=True, opt=True),
                Cell(f"{(at * 7919) % 90000 + 2000:,}.00", numeric=True),
            ),
        )
        for at in range(50)
    )
    heads = (
        ("number", "单号", "Number"),
        ("customer", "客户", "Customer"),
        ("status", "状态", "Status"),
        ("deliver_by", "交期", "Deliver by"),
        ("owner", "负责人", "Owner"),
        ("lines", "行数", "Rows"),
        ("total", "金额", "Amount"),
    )
    return ListView(
        entity="sales_order",
        label=words("订货单", "Orders"),
        here="/o/sales_order",
        new_href="/o/sales_order/new",
        export_href="/o/sales_order/export",
        tabs=(
            Tab(words("待我处理", "For me"), here, "7"),
            Tab(words("全部", "All"), here, "10,000+", current=True),
            Tab(words("本周交期", "Due this week"), here),
            Tab(words("加急", "Rush"), here),
        ),
        chips=(
            FilterChip(words("交期：≥ 2026-11-23", "Deliver by: ≥ 2026-11-23"), here),
            FilterChip(words("仓库：上海一号仓", "Warehouse: 上海一号仓"), here),
        ),
        clear_href=here,
        kept=(("sort", "-number"),),
        panel_kept=(("sort", "-number"),),
        column_kept=(("sort", "-number"),),
        conditions=(
            Condition(
                words("客户", "Customer"),
                (Control("filter[customer][eq]", words("客户", "Customer"), "ref", source="customer"),),
            ),
            Condition(
                words("交期", "Deliver by"),
                (Control("filter[deliver_by][gte]", "", "date"), Control("filter[deliver_by][lte]", "", "date")),
            ),
            Condition(
                words("优先级", "Priority"),
                (
                    Control(
                        "filter[priority][eq]",
                        "",
                        "select",
                        options=(Option("", words("不限", "Any"), chosen=True), Option("rush", words("加急", "Rush"))),
                    ),
                ),
            ),
        ),
        choice=tuple(Place(id, words(zh, en), shown=True) for id, zh, en in heads),
        headings=tuple(
            Heading(
                id,
                words(zh, en),
                here,
                "down" if id == "number" else "",
                numeric=id in ("lines", "total"),
                opt=id in ("owner", "lines"),
            )
            for id, zh, en in heads
        ),
        lines=rows,
        totals=(
            Cell(words("本页合计", "This page")),
            Cell(""),
            Cell(""),
            Cell(""),
            Cell("", opt=True),
            Cell("", opt=True),
            Cell("2,184,930.00", numeric=True),
        ),
        shown=50,
        count="10,000+",
        next_href=here,
    )


def inbox(locale: str) -> InboxView:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    steps = (
        (words("财务审核", "Finance review"), words("通过", "Pass"), False),
        (words("退款确认", "Confirm refund"), words("填写并办理", "Fill in"), True),
    )
    tasks = tuple(
        Task(
            "/o/sales_order/1",
            "sales_order",
            words("订货单", "Order") if at % 4 else words("退货单", "Return"),
            str(at),
            f"DH20261124-{130 + at:04}",
            NAMES[at % 6],
            steps[0 if at % 4 else 1][0],
            words(f"今天 {9 + at % 8:02}:15", f"Today {9 + at % 8:02}:15")
            if at > 2
            else words("昨天 16:30", "Yesterday 16:30"),
            "2026-11-24T01:15:00Z",
            due="2026-11-23" if at < 2 else "2026-11-26",
            late=at < 2,
            amount=f"{at * 1373 % 9000 + 80:,}.00",
            key=f"k{at}",
            act=Act("step:finance_review", steps[0 if at % 4 else 1][1], asks=at % 4 == 0),
        )
        for at in range(12)
    )
    return InboxView(
        tasks,
        "12",
        tabs=(
            Tab(words("全部", "All"), "/", "12", current=True),
            Tab(words("财务审核", "Finance review"), "/?step=a", "9"),
            Tab(words("退款确认", "Confirm refund"), "/?step=b", "3"),
        ),
    )


def flows(locale: str) -> tuple[object, ...]:
    def words(zh: str, en: str) -> str:
        return say(locale, zh, en)

    on, off, always = words("启用", "On"), words("停用", "Off"), words("始终启用", "Always on")
    def switch(id: str, label: str, who: str, state: str, *, on: bool, waiting: int) -> Switch:
        inputs = ((f"label.zh.{id}", words("名称", "Name"), label),)
        return Switch(id, label, who, state, on, waiting, locked=state == always, words=inputs)

    switches = (
        switch("submit", words("提交订单", "Submit"), words("客户", "Customer"), always, on=True, waiting=0),
        switch("order_review", words("订单审核", "Order review"), words("订单审核员", "Order reviewer"), on, on=True, waiting=18),
        switch("finance_review", words("财务审核", "Finance review"), words("财务审核员", "Finance reviewer"), off, on=False, waiting=7),
        switch("outbound_review", words("出库审核", "Stock-out review"), words("仓库管理员", "Warehouse keeper"), on, on=True, waiting=5),
        switch("ship", words("发货确认", "Confirm shipping"), words("发货员", "Shipper"), on, on=True, waiting=12),
        switch("receive", words("收货确认", "Confirm receipt"), words("客户", "Customer"), off, on=False, waiting=31),
    )
    names = Names(locale)
    drawing = drawing_of(picture_of(ORDERS, names, counts={"order_review": 18, "finance_review": 7}), names)
    lanes = ((words("作废", "Cancel order"), words("业务负责人", "Business manager")),)
    return (Flow("sales_order", words("订货单", "Orders"), switches, drawing, lanes),)


def _step(id: str, zh: str, en: str, who: str, **more: Any) -> Step:
    label = Text(zh, en)
    return Step(id, label, label, label, by=(who,), **more)


ORDERS = Workflow(
    "sales_order",
    "sales_order",
    Text("订货单", "Orders"),
    "",
    (
        _step("submit", "提交订单", "Submit", "customer", locked=True),
        _step("order_review", "订单审核", "Order review", "order_reviewer", back_to=("submit",)),
        _step(
            "finance_review", "财务审核", "Finance review", "finance_reviewer", enabled=False, back_to=("order_review",)
        ),
        _step("outbound_review", "出库审核", "Stock-out review", "warehouse_keeper", back_to=("order_review",)),
        _step("ship", "发货确认", "Confirm shipping", "shipper", tells=(Tell("role", "customer"),)),
        _step("receive", "收货确认", "Confirm receipt", "customer", enabled=False),
    ),
    {
        "cancel": Lane(
            "cancel", Text("作废", "Cancel order"), ("business_manager",), before="outbound_review", ends="cancelled"
        )
    },
    ends={"done": Text("已完成", "Completed"), "cancelled": Text("已作废", "Cancelled")},
)
"""The process of the sample screens."""
