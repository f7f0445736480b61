"""The list page by hand: fifty orders of one region, the dearest first; as columns of a list, or as whole records."""

import msgspec
from by_hand import NAMED, marks, read_line, reference
from engines import Rows

COLUMNS = ("customer", "ordered_on", "deliver_by", "handler", "total")
"""The columns of the list that must be asked for; number and status always come."""
LIST = f"id, version, number, phase, waits_at, {', '.join(COLUMNS)}"
PAGE = "SELECT {} FROM e_sales_order WHERE region = ? ORDER BY total DESC NULLS LAST, id DESC LIMIT ?"
PATH = "/api/sales_order?filter[region]=north&sort=-total&limit=50"
PATHS = {"columns": f"{PATH}&fields={','.join(COLUMNS)}", "records": PATH}
"""The two requests that are measured: the columns of the list, and whole records with their lines."""


def page(db, region, limit, *, whole):
    """Read one page; the row after it only tells that there is more."""
    rows = yield Rows(PAGE.format("*" if whole else LIST), (region, limit + 1))
    rows, more = rows[:limit], len(rows) > limit
    customers = yield from of(rows, "customer", "e_customer")
    lines, products = {}, {}
    if whole:
        ids = tuple(row["id"] for row in rows)
        found = yield Rows(
            f"SELECT * FROM e_sales_order__lines WHERE parent IN ({marks(len(ids))}) ORDER BY parent, position", ids
        )
        for each in found:
            lines.setdefault(each["parent"], []).append(read_line(db, each))
        products = yield from of(found, "product", "e_product")
    items = [shown(db, row, customers, lines.get(row["id"]), products, whole=whole) for row in rows]
    return msgspec.json.encode({"items": items, "next": items[-1]["id"] if more else None})


def of(rows, column, table):
    """Read the records that a column refers to, each once."""
    ids = tuple({row[column] for row in rows})
    found = yield Rows(f"{NAMED} FROM {table} WHERE id IN ({marks(len(ids))})", ids)
    return {each["id"]: each for each in found}


def shown(db, row, customers, lines, products, *, whole):
    order = dict(row) if whole else {name: row[name] for name in ("version", "number", "phase", *COLUMNS)}
    order |= {"id": str(row["id"]), "status": row["waits_at"], "customer": reference(customers[row["customer"]])}
    for money in ("freight", "amount", "tax", "total") if whole else ("total",):
        order[money] = str(db.read(order[money]))
    if whole:
        order["state"] = None
        order["lines"] = [
            {**line, "id": str(line["id"]), "product": reference(products[line["product"]])} for line in lines or ()
        ]
    return order
