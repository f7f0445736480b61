"""What the sales department does and refuses that YAML cannot say; prices and returns have files of their own."""

from ordinance import hookimpl

from .pricing import discount_valid, own_price, price_current, price_policy
from .references import id_of
from .returns import return_window, returnable

_ASKED = ("customer", "lines")
"""What no order can do without, whatever the company asks besides."""


async def lock_terms(_context):
    """Make prices, discounts and quantities read-only from here on."""
    return {"terms_locked": True}


async def unlock_terms(_context):
    return {"terms_locked": False}


async def raise_processing_form(context):
    return {"form_raised_on": context.today}


async def void_processing_form(_context):
    return {"form_raised_on": None}


async def publish_product(context):
    """Put the product on sale from today; one that is barred stays barred."""
    if context.record.get("sale_state") == "barred":
        return {}
    return {"sale_state": "on_sale", "published_on": context.today}


async def unpublish_product(_context):
    return {"sale_state": "draft", "published_on": None}


async def make_combination(context):
    """Make an item for each line that names none: its colour and size, the rest from the style's first item."""
    made, lines = [], []
    for line in context.record["lines"]:
        product = id_of(line.get("product")) or await _item_of(context, line)
        if product is None:
            product = await context.insert("product", await _combination(context, line))
            made.append(product)
        lines.append({**line, "product": {"id": product}})
    return {"lines": lines, "made": made}


async def retire_combination(context):
    """Take the items off sale again; they stay, because other orders may have taken them meanwhile."""
    for product in context.outcome.get("made") or []:
        await context.update("product", product, {"sale_state": "off_sale"})


async def _combination(context, line):
    model = (await context.find("product", style=line.get("customer_style"), limit=1) or [None])[0]
    if model is None:
        raise context.refuse("no_style", "没有这个款号", "there is no such style", "lines")
    colour, size = id_of(line["colour"]), id_of(line["size"])
    code = "-".join([model["style"], await _code(context, "colour", colour), await _code(context, "size", size)])
    kept = {name: model.get(name) for name in ("style", "spec", "category", "unit", "price", "tax_rate", "supplier")}
    return {
        **kept,
        "code": code,
        "name": f"{model['name']} {code}",
        "colour": colour,
        "size": size,
        "sale_state": "on_sale",
    }


async def _code(context, entity, record_id):
    found = await context.get(entity, record_id)
    return found["code"]


async def _item_of(context, line):
    """Return the item that a line's style, colour and size name, or None."""
    style, colour, size = line.get("customer_style"), id_of(line.get("colour")), id_of(line.get("size"))
    if not (style and colour and size):
        return None
    found = await context.find("product", style=style, colour=colour, size=size, limit=1)
    return found[0]["id"] if found else None


async def complete(context, _parameters):
    """Refuse an order without a customer, without lines, or with a line that lacks its product or quantity."""
    record = context.record
    missing = [name for name in _ASKED if not record.get(name)]
    for position, line in enumerate(record.get("lines") or ()):
        missing += [f"lines/{position}/{name}" for name in ("product", "quantity") if line.get(name) is None]
    if not missing:
        return None
    return context.reason("sales.complete", "请补全必填项", "fill in what is required", f"/{missing[0]}")


async def item_match(context, _parameters):
    """Refuse a line whose style, colour and size name no item, and whose style is unknown, so that none can be made."""
    for position, line in enumerate(context.record.get("lines") or ()):
        if line.get("product") is not None or await _item_of(context, line) is not None:
            continue
        style = line.get("customer_style")
        if not style or not await context.find("product", style=style, limit=1):
            words = (
                f"第 {position + 1} 行的款号、颜色、尺码没有对应的商品",
                f"line {position + 1}: no item has this style, colour, size",
            )
            return context.reason("sales.item_match", *words, f"/lines/{position}")
    return None


async def legal(context):
    """Answer whether nothing in the order is barred from sale."""
    for line in context.record.get("lines") or ():
        product = await context.get("product", id_of(line["product"])) if line.get("product") else None
        if product is not None and product.get("sale_state") == "barred":
            return False
    return True


async def has_item(context):
    """Answer whether the line names an item, itself or by style, colour and size."""
    return context.row.get("product") is not None or await _item_of(context, context.row) is not None


@hookimpl
def ordinance_actions():
    return {
        "lock_terms": lock_terms,
        "unlock_terms": unlock_terms,
        "raise_processing_form": raise_processing_form,
        "void_processing_form": void_processing_form,
        "make_combination": make_combination,
        "retire_combination": retire_combination,
        "publish_product": publish_product,
        "unpublish_product": unpublish_product,
    }


@hookimpl
def ordinance_checks():
    return {
        "complete": complete,
        "item_match": item_match,
        "price_policy": price_policy,
        "price_current": price_current,
        "discount_valid": discount_valid,
        "return_window": return_window,
    }


@hookimpl
def ordinance_values():
    return {
        ("sales_order", "legal"): legal,
        ("sales_order.lines", "has_item"): has_item,
        ("product", "own_price"): own_price,
        ("return_order.lines", "returnable"): returnable,
    }
