"""What a portal shows and what is scanned: how documents with lines are ordered, followed and counted.

Source: language.md §5 leaves their shape to us; ui.md §4 (portal, scan).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import field

from ordinance.shapes.items import Form, Item, Name, Names, PathText, Words, doc


class Amount(Item, frozen=True):
    """What a kind of record comes to on a statement of account."""

    amount: Annotated[PathText, doc("金额字段", "the field that has the amount")] = ""
    minus: Annotated[bool, doc("冲减欠款", "it takes from what is owed")] = False
    at: Annotated[
        PathText, doc("日期字段；不写为创建日", "the field with its day; the day it was made if left out")
    ] = ""


class Portal(Item, frozen=True):
    """What the accounts bound to one kind of record find in their portal; its id is that entity. All is optional."""

    about: Annotated[Words | None, doc("说明，显示在首页", "a word to them, on their first page")] = None
    orders: Annotated[Name, doc("可下单的单据", "the document they order with")] = ""
    item: Annotated[
        PathText, doc("明细中的商品字段，如 lines.product", "the field of its lines that names what is ordered")
    ] = ""
    quantity: Annotated[PathText, doc("明细中的数量字段", "the field of its lines that says how much")] = ""
    codes: Annotated[
        Names, doc("按哪些字段识别商品", "the fields by which what is ordered is known, besides its key")
    ] = field(default_factory=dict)
    shows: Annotated[Name, doc("目录采用的列表", "the list of what may be ordered; all of it if left out")] = ""
    facts: Annotated[Names, doc("目录中另外显示的字段或值", "fields or values shown beside each of them")] = field(
        default_factory=dict
    )
    follow: Annotated[Names, doc("跟踪订单时显示的字段或值", "fields or values that tell where an order is")] = field(
        default_factory=dict
    )
    statement: Annotated[
        Annotated[dict[str, Amount], Form(listed="no", short="amount")],
        doc("对账单包含的单据", "the kinds of record on the statement of account"),
    ] = field(default_factory=dict)


class Scan(Item, frozen=True):
    """How lines are counted up with a scanner at some steps of a document."""

    about: Annotated[Words | None, doc("说明", "what it is for")] = None
    of: Annotated[Name, doc("单据", "the document; the id if left out")] = ""
    steps: Annotated[Names, doc("用于哪些环节", "the steps it is for; every step with a form for it if left out")] = (
        field(default_factory=dict)
    )
    item: Annotated[PathText, doc("明细中的商品字段", "the field of the lines that names what is scanned")] = ""
    codes: Annotated[Names, doc("条码字段", "the fields that hold its codes, besides its key")] = field(
        default_factory=dict
    )
    against: Annotated[PathText, doc("应有数量", "the field with how many there should be")] = ""
    counts: Annotated[
        PathText,
        doc(
            "记录实际数量的字段；不写则只核对不记录",
            "the field that keeps how many were counted; only checked if left out",
        ),
    ] = ""
