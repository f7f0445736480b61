"""What may still come back of an order, and until when."""

from datetime import timedelta
from decimal import Decimal

from .references import id_of

_CLAIMED = ("running", "complete")
"""Phases of a return that counts: neither a draft nor one that came to nothing."""

_USUAL_WITHIN = "7d"


async def returnable(context):
    """Answer how much of a line's product may come back: delivered, less what other lines and other returns name."""
    order, product = id_of(context.record.get("order")), id_of(context.row.get("product"))
    if order is None or product is None:
        return None
    own = [each for each in context.record.get("lines") or () if each is not context.row]
    named = _sum(own, product)
    for each in await context.find("return_order", order=order):
        if each["id"] != context.record.get("id") and each.get("phase") in _CLAIMED:
            named += _sum(await _lines(context, "return_order", each["id"]), product)
    return _sum(await _lines(context, "sales_order", order), product) - named


async def return_window(context, parameters):
    """Refuse a return later than `within` after delivery or, where that day is not known, after the last change."""
    reference = context.record.get("order")
    order = await context.get("sales_order", id_of(reference)) if reference is not None else None
    if order is None:
        return None
    within = timedelta(days=int(str(parameters.get("within") or _USUAL_WITHIN).removesuffix("d")))
    delivered = order.get("delivered_on")
    late = context.today > delivered + within if delivered else context.now > order["updated_at"] + within
    if not late:
        return None
    words = (f"已超过 {within.days} 天的退货期限", f"the {within.days} days for returns have passed")
    return context.reason("sales.return_window", *words, "/order")


async def _lines(context, entity, document_id):
    document = await context.get(entity, document_id)
    return (document or {}).get("lines") or ()


def _sum(lines, product):
    quantities = (line.get("quantity") or Decimal(0) for line in lines if id_of(line.get("product")) == product)
    return sum(quantities, Decimal(0))
