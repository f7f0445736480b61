"""Judge the prices of an order's lines by the company's price records.

A price record counts on a day if the day lies within its dates, its price list is the customer's or none, and its
customer is the order's or none. The more particular record wins: the customer's own, then his list's, then everybody's.
"""

from decimal import Decimal

from .references import id_of

_WHOLE = Decimal(100)
_USUAL = "policy"


async def price_policy(context, parameters):
    """Refuse prices below the lowest allowed (`policy`), other than agreed (`contract`), other than listed (`list`)."""
    source = parameters.get("source") or _USUAL
    judged = {"policy": _under_policy, "contract": _off_contract, "list": _off_list}[source]
    wrong = [
        position for position, line, price, product in await _priced(context, source) if judged(line, price, product)
    ]
    if not wrong:
        return None
    lines = "、".join(str(position + 1) for position in wrong)
    zh, en = {
        "policy": (f"第 {lines} 行低于最低成交价", f"below the lowest price allowed: line {lines}"),
        "contract": (f"第 {lines} 行与合同价不符", f"not the agreed price: line {lines}"),
        "list": (f"第 {lines} 行与价目表不符", f"not the listed price: line {lines}"),
    }[source]
    return context.reason("sales.price_policy", zh, en, f"/lines/{wrong[0]}/price")


async def price_current(context, _parameters):
    """Refuse lines whose price is not the one valid today."""
    wrong = [
        position for position, line, price, product in await _priced(context, "list") if _off_list(line, price, product)
    ]
    if not wrong:
        return None
    lines = "、".join(str(position + 1) for position in wrong)
    words = (f"第 {lines} 行不是当日有效的价格", f"not today's price: line {lines}")
    return context.reason("sales.price_current", *words, f"/lines/{wrong[0]}/price")


async def own_price(context):
    """Answer what the one who asks pays for a product: a customer's account by its price records, others as marked."""
    product, of = context.row, context.actor["of"]
    records = await context.find("price", product=product["id"]) if of is not None else []
    if not records:
        return product.get("price")
    customer = await context.get("customer", of["id"])
    best = _best(records, of["id"], customer.get("price_list") if customer else None, context.today)
    return best["price"] if best else product.get("price")


async def discount_valid(context, _parameters):
    """Refuse a discount beyond the customer's highest; a customer without one has no limit."""
    reference = context.record.get("customer")
    customer = await context.get("customer", id_of(reference)) if reference is not None else None
    most = customer.get("discount_limit") if customer else None
    if most is None:
        return None
    for position, line in enumerate(context.record.get("lines") or ()):
        if (line.get("discount") or 0) > most:
            words = (
                f"第 {position + 1} 行的折扣超过 {most:f}%",
                f"line {position + 1}: the discount is beyond {most:f} %",
            )
            return context.reason("sales.discount_valid", *words, f"/lines/{position}/discount")
    return None


def _under_policy(line, price, _product):
    lowest = price.get("lowest") if price else None
    return lowest is not None and _net(line) < lowest


def _off_contract(line, price, product):
    """A customer's own price is an agreement to the cent; without one the listed price is the least."""
    if price and price.get("customer") is not None:
        return _net(line) != price["price"]
    return _net(line) < _listed(price, product) or _under_policy(line, price, product)


def _off_list(line, price, product):
    return line["price"] != _listed(price, product)


def _listed(price, product):
    return price["price"] if price else product["price"]


def _net(line):
    return line["price"] * (_WHOLE - (line.get("discount") or 0)) / _WHOLE


async def _priced(context, source):
    """Return (position, line, price record or None, product) of every line that has a product and a price.

    The usual check looks at price records alone; only the others are worth the second query, for the products.
    """
    record = context.record
    lines = [each for each in enumerate(record.get("lines") or ()) if _is_priced(each[1])]
    ids = tuple({id_of(line["product"]) for _, line in lines})
    records = await context.find("price", product=ids) if ids else []
    wanted = ids if source != _USUAL else ()
    products = {each["id"]: each for each in await context.find("product", id=wanted)} if wanted else {}
    customer = id_of(record.get("customer"))
    owner = await context.get("customer", customer) if records and customer is not None else None
    price_list = owner.get("price_list") if owner else None
    found = []
    for position, line in lines:
        product = id_of(line["product"])
        able = [each for each in records if each["product"] == product]
        found.append((position, line, _best(able, customer, price_list, context.today), products.get(product)))
    return found


def _is_priced(line):
    return line.get("product") is not None and line.get("price") is not None


def _best(records, customer, price_list, day):
    """Return the most particular record valid on the day, the newest of equals, or None."""
    able = [
        each
        for each in records
        if each.get("customer") in (None, customer)
        and each.get("list") in (None, price_list)
        and (each.get("valid_from") is None or each["valid_from"] <= day)
        and (each.get("valid_until") is None or each["valid_until"] >= day)
    ]
    return max(able, key=_particular, default=None)


def _particular(price):
    return (price.get("customer") is not None, price.get("list") is not None, price["id"])
