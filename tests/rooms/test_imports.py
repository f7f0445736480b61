"""Imports that people follow: batches checked, mended, written in chunks, stopped, taken back, on both databases."""

import asyncio
import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import xlsxwriter
from rooms.exchange_kit import NOW, SITE
from sizes import size

from ordinance.access import Actor
from ordinance.acts import Call, Done, Query, Refused, create, delete, listing, update
from ordinance.app import open_house
from ordinance.exchange import (
    Batch,
    Runner,
    Sent,
    SheetError,
    batches_of,
    faulty_rows,
    find_batch,
    keep_mapping,
    kept_rows,
    mend,
    open_batch,
    request,
    saved_mappings,
    tables_in,
    work_on,
    written_rows,
)
from ordinance.exchange.running import CHUNK, WHOLE_MAX

pytestmark = pytest.mark.anyio

ENGINE = Call(Actor(id=0, name="", kind="engine"), NOW, "en", "system")
MANAGER = Call(Actor(id=7, name="Sun Li", roles=("business_manager",)), NOW, "en", "office")
HEADS = "code,name,city\n"


class Desk:
    """The default site, and one person who imports customers."""

    def __init__(self, house):
        self.house, self.call = house, MANAGER

    def entity(self, name="customer"):
        return self.house.blueprint.entities[name]

    async def open(self, *sent, entity="customer", call=None):
        files = [each if isinstance(each, Sent) else Sent("customers.csv", each.encode()) for each in sent]
        id = await open_batch(self.house, call or self.call, self.entity(entity), files)
        assert isinstance(id, int), id
        return await self.batch(id, entity)

    async def batch(self, id, entity="customer"):
        found = await find_batch(self.house, self.call, self.entity(entity), id)
        assert isinstance(found, Batch), found
        return found

    async def do(self, batch, goal, *, call=None, **more):
        assert await request(self.house, call or self.call, batch, goal, **more)
        await work_on(self.house, replace(call or self.call, channel="import"), batch.id, "one")
        return await self.batch(batch.id, batch.entity)

    async def checked(self, *sent, entity="customer"):
        return await self.do(await self.open(*sent, entity=entity), "check")

    async def all(self, entity="customer"):
        async with self.house.database.work(write=False) as work:
            return await self.house.force.store.find(work, entity, {}, lines=True)

    async def faults(self, batch):
        async with self.house.database.work(write=False) as work:
            rows = await self.house.force.store.imports.rows(work, batch.id, ("bad",))
        return [(each["row"], each["column"], each["code"]) for row in rows for each in row.faults]


@pytest.fixture
async def desk(database_url):
    async with open_house(SITE, NOW, url=database_url) as opened:
        yield Desk(opened.house)


def rows(count, first=0):
    return HEADS + "".join(f"C-{n:05},Customer {n},Wuxi\n" for n in range(first, first + count))


@pytest.mark.requirement("T-05")
async def test_a_file_is_checked_mended_in_place_checked_again_and_written(desk):
    batch = await desk.checked(HEADS + f"C-1,Door,Suzhou\nC-2,,Wuxi\nC-3,{'x' * 121},Wuxi\nC-1,Again,Wuxi\n")
    assert (batch.state, batch.counts) == ("checked", {"created": 1, "bad": 3})
    assert await desk.faults(batch) == [(3, "name", "required"), (4, "name", "too_long"), (5, "code", "repeated_key")]
    assert await desk.all() == []
    cells = {"": {"3": {"name": "Well"}, "4": {"name": "Gate"}}}
    assert await mend(desk.house, batch, cells, [5])
    batch = await desk.do(await desk.batch(batch.id), "check")
    assert batch.counts == {"created": 3, "skipped": 1}
    batch = await desk.do(batch, "run", mode="all")
    assert (batch.state, batch.counts) == ("done", {"created": 3, "skipped": 1})
    assert [each["name"] for each in await desk.all()] == ["Door", "Well", "Gate"]
    again = await desk.checked("code,name,city\nC-1,Door,Suzhou\nC-2,Well,Hangzhou\n")
    assert again.counts == {"unchanged": 1, "updated": 1}


async def test_a_repeated_key_is_found_though_the_rows_were_checked_at_different_times(desk):
    batch = await desk.checked(HEADS + "C-1,Door,Wuxi\nC-2,,Wuxi\n")
    assert await mend(desk.house, batch, {"": {"3": {"name": "Well", "code": "C-1"}}}, [])
    batch = await desk.do(await desk.batch(batch.id), "check")
    assert await desk.faults(batch) == [(3, "code", "repeated_key")]


async def test_a_row_may_refer_to_one_above_it_in_another_chunk(desk):
    above = "".join(f"K-{n},Kind {n},\n" for n in range(CHUNK))
    text = f"code,name,part_of\n{above}K-x,Inside,K-0\nK-y,Lost,K-nowhere\n"
    desk.call = ENGINE
    batch = await desk.checked(text, entity="category")
    assert await desk.faults(batch) == [(CHUNK + 3, "part_of", "bad_reference")]
    batch = await desk.do(batch, "run", mode="rows")
    assert batch.counts == {"created": CHUNK + 1, "bad": 1}
    inside = next(each for each in await desk.all("category") if each["code"] == "K-x")
    assert inside["part_of"] is not None


@pytest.mark.parametrize("count", [30, WHOLE_MAX + 2 * CHUNK])
async def test_all_or_nothing_is_nothing_if_one_row_cannot_be_written(desk, count):
    """The row is good when it is checked, and taken by somebody else before it is written."""
    if count > WHOLE_MAX and desk.house.database.dialect == "postgresql":
        pytest.skip("once is enough for the long one")
    batch = await desk.checked(rows(count) + "C-x,Late,Wuxi\n")
    assert batch.counts == {"created": count + 1}
    async with desk.house.database.work() as work:
        await work.execute("UPDATE import_batch SET tables = ? WHERE id = ?", await _broken(desk, batch), batch.id)
    batch = await desk.do(await desk.batch(batch.id), "run", mode="all")
    assert batch.state == "refused"
    assert batch.counts["bad"] == 1
    assert await desk.all() == []


async def _broken(desk, batch):
    """Return the hash of the same tables with an empty name in the last row."""
    store = desk.house.force.store.attachments
    content = (await store.read(batch.tables)).decode()
    return await store.keep(content.replace('"Late"', '""').encode())


@pytest.mark.requirement("T-05")
async def test_an_import_is_taken_back_as_far_as_nobody_touched_what_it_wrote(desk):
    batch = await desk.do(await desk.checked(HEADS + "C-1,Old,Wuxi\nC-2,Stays,Wuxi\n"), "run", mode="all")
    batch = await desk.checked(HEADS + "C-1,New,Suzhou\nC-2,Newer,Wuxi\nC-3,Made,\nC-4,Used,\nC-5,Touched,\n")
    assert batch.counts == {"updated": 2, "created": 3}
    batch = await desk.do(batch, "run", mode="all")
    by = {each["code"]: each for each in await desk.all()}
    product = await create(desk.house, desk.call, "product", {"code": "P-1", "name": "Tea", "price": "1"})
    assert isinstance(product, Done)
    order = {"customer": "C-4", "lines": [{"product": "P-1", "quantity": "1"}], "address": "x"}
    assert isinstance(await create(desk.house, desk.call, "sales_order", order, draft=True), Done)
    for code in ("C-5", "C-2"):
        changed = await update(desk.house, desk.call, "customer", by[code]["id"], {"city": "Nanjing"}, version=None)
        assert isinstance(changed, Done)
    assert desk.house.force.rights.may(desk.call.actor, "delete", "customer") is False
    batch = await desk.do(batch, "undo")
    assert (batch.state, batch.undone_by) == ("undone", "Sun Li")
    left = {each["code"]: (each["name"], each["city"]) for each in await desk.all()}
    assert left == {
        "C-1": ("Old", "Wuxi"), "C-2": ("Newer", "Nanjing"), "C-4": ("Used", None), "C-5": ("Touched", "Nanjing"),
    }  # fmt: skip
    kept = await kept_rows(desk.house, batch, 10)
    touched = "it was changed since the import"
    told = [(each.line, each.undone["en"] == touched) for each in kept]
    assert told == [(3, True), (5, False), (6, True)]
    async with desk.house.database.work(write=False) as work:
        names = await work.fetch("SELECT name, actor, channel FROM event WHERE name LIKE 'customer.%' ORDER BY id")
    told = [(each["name"], each["actor"], each["channel"]) for each in names]
    assert told.count(("customer.delete", "7", "import")) == 1
    assert told[-1] == ("customer.import_undone", "7", "import")
    assert told.count(("customer.import", "7", "import")) == 2


async def test_documents_with_lines_in_a_second_sheet(desk):
    desk.call = ENGINE
    assert isinstance(await create(desk.house, desk.call, "customer", {"code": "C-1", "name": "Door"}), Done)
    for code in ("P-1", "P-2"):
        await create(desk.house, desk.call, "product", {"code": code, "name": code, "price": "2"})
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        main = book.add_worksheet("订货单")
        main.merge_range(0, 0, 0, 3, "十一月的订单")
        main.write_row(1, 0, ["外部单号", "客户", "下单日期", "收货地址"])
        main.write_row(2, 0, ["A-1", "C-1", 46339, "Lake"])
        main.write_row(3, 0, ["A-2", "C-1"])
        main.write_datetime(3, 2, datetime(2026, 11, 13), days)  # noqa: DTZ001
        main.write(3, 3, "=HYPERLINK(1)")
        lines = book.add_worksheet("商品明细")
        lines.write_row(0, 0, ["外部单号", "商品", "数量"])
        lines.merge_range(1, 0, 2, 0, "A-1")
        lines.write_row(1, 1, ["P-1", 2])
        lines.write_row(2, 1, ["P-2", 3])
        lines.write_row(3, 0, ["A-2", "P-9", 1])
    batch = await desk.checked(Sent("orders.xlsx", out.getvalue()), entity="sales_order")
    assert batch.total == 2
    assert await desk.faults(batch) == [(4, "商品", "bad_reference")]
    sheets = await faulty_rows(desk.house, desk.entity("sales_order"), batch, "en", "Fault")
    assert [len(each) for each in sheets.values()] == [2, 2]
    assert sheets["lines"][1][:3] == ["A-2", "P-9", "1"]
    assert "P-9" in sheets["lines"][1][3]
    assert await mend(desk.house, batch, {"lines": {"4": {"商品": "P-1"}}}, [])
    batch = await desk.do(await desk.batch(batch.id, "sales_order"), "check")
    assert batch.counts == {"created": 2}
    batch = await desk.do(batch, "run", mode="all")
    found = await desk.all("sales_order")
    assert [(each["ordered_on"].isoformat(), len(each["lines"])) for each in found] == [("2026-11-13", 2), ("2026-11-13", 1)]
    batch = await desk.do(batch, "undo")
    assert await desk.all("sales_order") == []


async def test_what_spreadsheets_in_china_write_and_other_marks(desk):
    text = "客户编码,客户名称,城市\nC-1,瑞禾餐饮,苏州\n"
    for content in (text.encode("gb18030"), text.encode("utf-8-sig"), text.replace(",", "\t").encode("utf-16")):
        batch = await desk.checked(Sent("客户.csv", content))
        assert (batch.counts.get("created", 0), batch.faults) == (1, ())
    tables = await tables_in(desk.house, batch)
    assert tables.main.rows[0][1] == ("C-1", "瑞禾餐饮", "苏州")


def bomb():
    """A workbook of a few kilobytes whose sheet unpacks to a gigabyte."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("customer").write_row(0, 0, ["code", "name"])
    made = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">')
            piece = b'<c r="A1" t="inlineStr"><is><t>' + b"x" * (16 * 1024 * 1024) + b"</t></is></c>"
            for _ in range(66):
                sheet.write(piece)
            sheet.write(b"</row></sheetData></worksheet>")
    return made.getvalue()


def pretender():
    """A workbook with two cells, as far from each other as cells can be."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("customer")
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")
    return out.getvalue()


async def test_files_made_to_do_harm_are_refused_and_the_house_stands(desk):
    if desk.house.database.dialect == "postgresql":
        pytest.skip("no database has a part in it")
    wide = "x," * 2**20 + "\n"
    for name, content, words in (
        ("bomb.xlsx", bomb(), "more than 100000 rows"), ("far.xlsx", pretender(), "more than 100000 rows"),
        ("wide.csv", wide.encode(), ""), ("less.csv", wide[:4000].encode(), "1000 columns"), ("no.xlsx", b"PK\x03\x04 no", ""),
        ("blank.csv", b"\n\n", "no headings"), ("noise.csv", bytes(range(128, 256)) * 20, ""),
    ):  # fmt: skip
        with pytest.raises(SheetError, match=words or "."):
            await open_batch(desk.house, desk.call, desk.entity(), [Sent(name, content)])
    assert await batches_of(desk.house, desk.call, desk.entity()) == ()


async def test_a_mapping_is_kept_by_name_and_a_change_of_it_asks_for_another_check(desk):
    batch = await desk.open("no,who\nC-1,Door\n")
    assert batch.mapping["fields"] == {}
    plain = {"fields": {"code": "no", "name": "who"}, "lines": {}, "dates": "", "decimal": ".", "key": []}
    assert await keep_mapping(desk.house, desk.call, batch, plain, "from the old program")
    batch = await desk.do(await desk.batch(batch.id), "check")
    assert batch.counts == {"created": 1}
    assert (await saved_mappings(desk.house, desk.entity())) == {"from the old program": plain}
    assert await keep_mapping(desk.house, desk.call, batch, {**plain, "fields": {"code": "no"}})
    batch = await desk.batch(batch.id)
    assert (batch.state, batch.counts) == ("new", {})
    batch = await desk.do(await desk.do(batch, "check"), "run", mode="rows")
    assert await keep_mapping(desk.house, desk.call, batch, plain) is False


async def test_only_who_may_import_does(desk):
    clerk = Call(Actor(id=9, name="x", roles=("order_reviewer",)), NOW, "en", "office")
    outcome = await open_batch(desk.house, clerk, desk.entity(), [Sent("a.csv", b"code,name\n")])
    assert isinstance(outcome, Refused)
    batch = await desk.open(HEADS)
    assert isinstance(await find_batch(desk.house, clerk, desk.entity(), batch.id), Refused)
    assert isinstance(await find_batch(desk.house, desk.call, desk.entity("product"), batch.id), Refused)
    assert await batches_of(desk.house, clerk, desk.entity()) == ()


async def test_another_process_goes_on_where_one_ended_and_none_of_them_twice(desk):
    """The first one is stopped in the middle; its lease keeps others away until it is over."""
    batch = await desk.checked(rows(4 * CHUNK))
    assert await request(desk.house, desk.call, batch, "run", mode="rows")
    task = asyncio.create_task(work_on(desk.house, desk.call, batch.id, "one"))
    while (await desk.batch(batch.id)).position < CHUNK:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    there = len(await desk.all())
    assert CHUNK <= there < 4 * CHUNK
    await work_on(desk.house, desk.call, batch.id, "two")
    assert len(await desk.all()) == there, "the lease still holds"
    later = replace(desk.call, now=NOW + timedelta(minutes=5))
    await asyncio.gather(*(work_on(desk.house, later, batch.id, owner) for owner in ("two", "three")))
    batch = await desk.batch(batch.id)
    assert (batch.state, batch.counts, len(await desk.all())) == ("done", {"created": 4 * CHUNK}, 4 * CHUNK)
    async with desk.house.database.work(write=False) as work:
        (made,) = await work.fetch("SELECT COUNT(*) AS n FROM event WHERE name = 'customer.create'")
    assert made["n"] == 4 * CHUNK


async def test_an_import_is_stopped_and_what_it_had_written_is_told(desk):
    batch = await desk.checked(rows(8 * CHUNK))
    assert await request(desk.house, desk.call, batch, "run", mode="rows")
    runner = Runner()
    runner.start(desk.house, desk.call, batch.id)
    while (await desk.batch(batch.id)).position < CHUNK:
        await asyncio.sleep(0.005)
    await request(desk.house, desk.call, batch, "stop")
    await runner.wait(batch.id, 20)
    batch = await desk.batch(batch.id)
    assert batch.state == "cancelled"
    assert len(await desk.all()) == batch.counts["created"] == len(await written_rows(desk.house, batch, 1000))
    assert batch.counts["created"] + batch.counts["waiting"] == 8 * CHUNK


async def test_others_are_answered_while_many_rows_are_imported(desk):
    """Between two chunks everybody else gets on: reading, and writing too."""
    count = size("import_rows") // 2
    batch = await desk.open(rows(count))
    runner = Runner()
    for goal in ("check", "run"):
        batch = await desk.batch(batch.id)
        assert await request(desk.house, desk.call, batch, goal, **({"mode": "all"} if goal == "run" else {}))
        runner.start(desk.house, desk.call, batch.id)
        asked, written, slowest = 0, 0, 0.0
        while (await desk.batch(batch.id)).is_busy:
            began = asyncio.get_running_loop().time()
            page = await listing(desk.house, desk.call, "customer", Query(limit=20))
            made = await create(desk.house, desk.call, "customer", {"code": f"{goal}-{asked}", "name": "Between"})
            slowest = max(slowest, asyncio.get_running_loop().time() - began)
            assert not isinstance(page, Refused)
            asked, written = asked + 1, written + isinstance(made, Done)
            await asyncio.sleep(0.02)
        assert asked == written > 3
        said = f"{goal}: {count} rows, {asked} others answered meanwhile, the slowest after {slowest * 1000:.0f} ms"
        print(said)  # noqa: T201
    batch = await desk.batch(batch.id)
    assert (batch.state, batch.counts) == ("done", {"created": count})


async def test_what_an_import_may_not_write_it_does_not_take_back_either(desk):
    """A record that another person deleted meanwhile is gone: that is told."""
    batch = await desk.do(await desk.checked(HEADS + "C-1,Door,\n"), "run", mode="all")
    (door,) = await desk.all()
    assert isinstance(await delete(desk.house, ENGINE, "customer", door["id"], version=None), Done)
    batch = await desk.do(batch, "undo")
    assert [each.line for each in await kept_rows(desk.house, batch, 5)] == [2]
