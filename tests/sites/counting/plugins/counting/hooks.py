"""A department for tests: every action writes one row, +1 when done and -1 when undone, and does nothing else."""

from decimal import Decimal

from ordinance import hookimpl

WAYS = {
    "reserve": "release",
    "issue": "take_back",
    "open_receivable": "reverse_receivable",
    "open_shipment": "cancel_shipment",
    "close_shipment": "reopen_shipment",
    "receive_return": "reissue_return",
    "credit_note": "reverse_credit",
    "hand_over": None,
    "announce": None,
    "stamp": None,
    "allot": "free_allotment",
}
"""Each action and the one that takes it back; None where none does."""


def counted(action, change):
    """Return the code that writes a row for this action."""

    async def act(context):
        record = context.record
        lines = record.get("lines") or ()
        quantity = sum((line.get("received") or line.get("quantity") or Decimal(0) for line in lines), Decimal(0))
        row = {"action": action, "document": str(record["id"]), "change": change, "quantity": quantity}
        await context.insert("effect_count", {**row, "amount": record.get("total")})
        return {"allotted": quantity if change > 0 else None} if action == "allot" else None

    return act


async def few(context, parameters):
    """Refuse more lines than `most`."""
    lines = len(context.record.get("lines") or ())
    most = int(parameters.get("most", 10))
    return context.reason("few", f"最多 {most} 行", f"at most {most} lines") if lines > most else None


async def effects(context):
    """Answer how many effects of this document stand now: done less undone."""
    rows = await context.find("effect_count", document=str(context.record["id"]))
    return sum(row["change"] for row in rows)


@hookimpl
def ordinance_actions():
    ways_back = {back: counted(action, -1) for action, back in WAYS.items() if back}
    return {action: counted(action, 1) for action in WAYS} | ways_back


@hookimpl
def ordinance_checks():
    return {"few": few}


@hookimpl
def ordinance_values():
    return {("sales_order", "effects"): effects}
