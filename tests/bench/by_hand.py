"""The life of an order as SQL written by hand for these tables: what the product reads and writes, and no more.

The same records are read and locked, the same rows are written, the sign-in is looked up; nothing is configured,
checked, permitted or computed beyond the sums. It knows its company by heart, which the product may not.
"""

import hashlib
import secrets
import time
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from engines import Rows, Together

NEXT = {
    "order_review": ("finance_review", "reserve", "release"),
    "finance_review": ("outbound_review", "open_receivable", "reverse_receivable"),
    "outbound_review": ("ship", "issue", "take_back"),
    "ship": ("receive", "open_shipment", "cancel_shipment"),
    "receive": ("", "close_shipment", "reopen_shipment"),
}
"""For each step: where the order waits next, what is done, and what would take it back."""

REVISION = "0" * 64
SIGNED_IN = (
    'SELECT EXISTS (SELECT 1 FROM e_absence b WHERE b.deputy = a.id AND b."from" <= ? AND b."until" >= ?) '
    'AS stands_in, a.id, a."of", a.active FROM token t JOIN e_account a ON a.id = t.account WHERE t.hash = ?'
)
NUMBER = (
    "INSERT INTO numbering (series, taken) VALUES (?, 1) "
    "ON CONFLICT (series) DO UPDATE SET taken = numbering.taken + 1 RETURNING taken"
)
NAMED = "SELECT id, code, name"
"""What is read of a record that another one refers to."""
CUSTOMER = f"{NAMED} FROM e_customer WHERE id = ?"
LINES = "SELECT * FROM e_sales_order__lines WHERE parent = ? ORDER BY position"
LEDGER = "SELECT seq, effect, round, state, step, inputs, outcome FROM ledger WHERE document = ? ORDER BY seq"
STAFF = 'SELECT id FROM e_account WHERE active = ? AND "of" = ? ORDER BY id'


def marks(count):
    return ", ".join("?" * count)


def insert(table, columns, rows=1):
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([f'({marks(len(columns))})'] * rows)}"


ORDER = insert(
    "e_sales_order",
    ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "search", "number", "workflow",
     "revision", "phase", "waits_at", "state", "customer", "address", "ship_name", "kind", "urgent", "freight",
     "tax_added", "amount", "tax", "total", "terms_locked"),
)  # fmt: skip
LINE = ("id", "parent", "position", "product", "quantity", "price", "discount", "amount", "tax_rate", "tax")
EVENT = ("id", "at", "entity", "document", "seq", "name", "actor", "revision", "channel", "request", "step", "body")
WAIT = insert("wait", ("id", "entity", "document", "workflow", "lane", "step", "since", "set_aside"))
EFFECT = insert(
    "e_effect_count",
    ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "search", "action", "document", "change",
     "quantity", "amount"),
)  # fmt: skip
PASSED = (
    "UPDATE e_sales_order SET phase = ?, ended = ?, waits_at = ?, state = ?, version = version + 1, updated_at = ?, "
    "updated_by = ? WHERE id = ? AND version = ?"
)
DONE = insert(
    "ledger",
    ("id", "document", "at", "seq", "effect", "round", "state", "step", "revision", "inputs_hash", "undo", "action",
     "inputs", "outcome", "why"),
)  # fmt: skip
TOLD = insert("outbox", ("id", "topic", "ordering", "payload", "made_at", "run_at", "attempts"))


def text(value):
    return msgspec.json.encode(value).decode()


def new_id():
    return ((int(time.time() * 1000) - 1262304000000) << 22) | secrets.randbits(22)


def sign_in(db, token):
    """Find whose token it is, and whether that person stands in for somebody today."""
    today = db.stored(datetime.now(UTC).date())
    accounts = yield Rows(SIGNED_IN, (today, today, hashlib.sha256(token.encode()).hexdigest()))
    return accounts[0]


def create(db, account, body):
    """Write an order with its lines, number it and let it wait for the first step."""
    now, id, customer_id = datetime.now(UTC), new_id(), int(account["of"].partition("/")[2])
    codes = [line["product"] for line in body["lines"]]
    products = yield Rows(f"{NAMED}, price FROM e_product WHERE code IN ({marks(len(codes))})", tuple(codes))
    customers = yield Rows(CUSTOMER, (customer_id,))
    by_code = {each["code"]: each for each in products}
    lines = [line_of(db, id, position, by_code[each["product"]], each) for position, each in enumerate(body["lines"])]
    total = sum(line["amount"] for line in lines)
    series = f"sales_order:DH{now:%Y%m%d}-{{n}}"
    taken = yield Rows(NUMBER, (series,))
    number = f"DH{now:%Y%m%d}-{taken[0]['taken']:04}"
    at, by, zero = db.stored(now), str(account["id"]), db.stored(Decimal(0))
    state = state_of(now, {"submit": by}, "order_review")
    row = (id, 1, at, by, at, by, number.lower(), number, "sales_order", REVISION, "running", "order_review",
           text(state), customer_id, body["address"], customers[0]["name"], "goods", False, zero, False,
           db.stored(total), zero, db.stored(total), False)  # fmt: skip
    created = event_of(now, at, by, id, 0, "create", None, {"waits": ["submit"]}, [])
    sent = event_of(now, at, by, id, 1, "submit", "submit", state, [])
    args = tuple(arg for line in lines for arg in stored_line(db, line))
    yield Together((
        (ORDER, row),
        (insert("e_sales_order__lines", LINE, len(lines)), args),
        (insert("event", EVENT, 2), (*created, *sent)),
        (WAIT, (new_id(), "sales_order", id, "sales_order", "", "order_review", at, False)),
    ))  # fmt: skip
    order = {"id": id, "version": 1, "number": number, "phase": "running", "waits_at": "order_review",
             "address": body["address"], "freight": Decimal(0), "amount": total, "tax": Decimal(0), "total": total,
             "created_at": now}  # fmt: skip
    return answer(order, lines, products, customers)


def line_of(db, parent, position, product, given):
    quantity, price = Decimal(given["quantity"]), db.read(product["price"])
    zero = Decimal(0)
    return {
        "id": new_id(), "parent": parent, "position": position, "product": product["id"], "quantity": quantity,
        "price": price, "discount": zero, "amount": round(quantity * price, 2), "tax_rate": zero, "tax": zero,
    }  # fmt: skip


def stored_line(db, line):
    scales = {"quantity": 4, "discount": 4, "tax_rate": 4}
    return tuple(
        db.stored(line[name], scales.get(name, 2)) if isinstance(line[name], Decimal) else line[name] for name in LINE
    )


def state_of(now, passed, waits):
    at = now.isoformat()
    settled = {step: {"outcome": "passed", "by": by, "at": at, "revision": REVISION} for step, by in passed.items()}
    arrived = {waits: at} if waits else {}
    empty = {"due": {}, "votes": [], "rounds": {}, "hold": None, "lane": None, "taken": {}, "assigned": {}, "fired": []}
    return {"revision": REVISION, "settled": settled, "passed": passed, "waits": [waits], "arrived": arrived, **empty}


def event_of(now, at, by, id, seq, name, step, state, ledger):
    body = text({"seq": seq, "step": step, "actor": by, "at": now.isoformat(), "ledger": ledger, "state": state})
    name, request = f"sales_order.{name}", str(new_id())
    return new_id(), at, "sales_order", id, seq, name, by, REVISION, "api", request, step, body


def step(db, account, id, name):
    """Pass one step: lock, do its effect, tell in an event, wait for the next; None if it is not its turn."""
    now = datetime.now(UTC)
    orders = yield Rows(f"SELECT * FROM e_sales_order WHERE id = ?{db.for_update}", (id,))
    lines = yield Rows(LINES, (id,))
    ledger = yield Rows(LEDGER, (id,))
    if not orders or orders[0]["waits_at"] != name:
        return None
    order, ids = dict(orders[0]), tuple(line["product"] for line in lines)
    products = yield Rows(f"{NAMED} FROM e_product WHERE id IN ({marks(len(ids))})", ids)
    customers = yield Rows(CUSTOMER, (order["customer"],))
    lines = [read_line(db, line) for line in lines]
    for money in ("freight", "amount", "tax", "total"):
        order[money] = db.read(order[money])
    at, by, (waits, action, back) = db.stored(now), str(account["id"]), NEXT[name]
    order["waits_at"], order["phase"] = waits, "running" if waits else "complete"
    state = state_of(now, {**msgspec.json.decode(order["state"])["passed"], name: by}, waits)
    inputs = {"total": str(order["total"]), "lines": [str(line["quantity"]) for line in lines]}
    seq = 2 * len(ledger) + 2
    writes = [
        (EFFECT, (new_id(), 1, at, by, at, by, action, action, str(id), 1,
                  db.stored(sum(line["quantity"] for line in lines), 4), db.stored(order["total"]))),
        (PASSED, (order["phase"], None if waits else "done", waits, text(state), at, by, id, order["version"])),
        ("DELETE FROM wait WHERE document = ?", (id,)),
        (insert("event", EVENT), event_of(now, at, by, id, seq + 1, name, name, state, [inputs])),
        (DONE, (new_id(), id, at, seq, f"counting.{action}", 0, "done", name, REVISION, "", f"counting.{back}",
                f"counting.{action}", text(inputs), "{}", "")),
    ]  # fmt: skip
    if waits:
        writes.append((WAIT, (new_id(), "sales_order", id, "sales_order", "", waits, at, False)))
    if name == "ship":
        writes.append((yield from message_of(at, id, order)))
    yield Together(tuple(writes))
    order["version"] += 1
    return answer(order, lines, products, customers)


def message_of(at, id, order):
    staff = yield Rows(STAFF, (True, f"customer/{order['customer']}"))
    to = [str(each["id"]) for each in staff]
    payload = text({"to": to, "entity": "sales_order", "document": str(id), "values": {"number": order["number"]}})
    return TOLD, (new_id(), "notice", f"sales_order/{id}", payload, at, at, 0)


def read_line(db, row):
    line = dict(row)
    for name, scale in (("quantity", 4), ("price", 2), ("discount", 4), ("amount", 2), ("tax_rate", 4), ("tax", 2)):
        line[name] = db.read(line[name], scale)
    return line


def answer(order, lines, products, customers):
    """The record as JSON: what the product would show, reduced to what is in the row."""
    known = {each["id"]: each for each in products}
    shown = [
        {**line, "id": str(line["id"]), "parent": None, "product": reference(known[line["product"]])} for line in lines
    ]
    record = {**order, "id": str(order["id"]), "state": None, "customer": reference(customers[0]), "lines": shown}
    return msgspec.json.encode(record)


def reference(row):
    return {"id": str(row["id"]), "key": row["code"], "title": row["name"]}
