"""Import and export: cells of CSV and XLSX become records and come out again, on both databases."""

import json
import shutil
from datetime import UTC, datetime

import pytest
import xlsxwriter
from rooms.exchange_kit import CALL, NOW, PRODUCTS, SITE, Desk, as_role, where

from ordinance.acts import Done, Filter, Query, Refused, create
from ordinance.app import open_house
from ordinance.exchange import (
    read_sheet,
    template,
    write_xlsx,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(database_url, tmp_path):
    async with open_house(SITE, NOW, url=database_url) as opened:
        await opened.house.database.run(lambda work: work.fetch("SELECT 1 AS one"))
        yield Desk(opened.house, tmp_path)


@pytest.mark.requirement("T-05")
async def test_headings_in_either_language_and_every_separator(desk):
    """A mark in front, quotes, full-width digits, thousands: what people's spreadsheets write."""
    report = await desk.bring("product", desk.file("a.csv", "\ufeff商品编码;名称;销售价\n", "utf-8"))
    assert report.rows == 0
    labels = desk.house.blueprint.entities["product"].fields
    heads = [labels[name].label.zh for name in ("code", "name", "price")]
    for mark, code in ((";", "A"), ("\t", "B"), (",", "C"), ("|", "D")):
        price = '"１，２３４．５０"' if mark == "," else "１２３４．５"
        text = f'\ufeff{mark.join(heads)}\r\n{code}{mark}"Say ""hi""{mark} you"{mark}{price}\r\n'
        report = await desk.bring("product", text)
        assert (report.bad, report.created) == ([], 1), mark
    found = await desk.all("product")
    assert [each["name"] for each in found] == [f'Say "hi"{mark} you' for mark in (";", "\t", ",", "|")]
    assert {str(each["price"]) for each in found} == {"1234.50"}
    assert (await desk.bring("product", "Code,Name,Price\nE,E,1\n")).created == 1


async def test_a_workbook_gives_numbers_days_and_moments_as_it_shows_them(desk):
    path = desk.folder / "products.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Anything")
        for column, name in enumerate(("code", "name", "price", "published_on", "discontinued")):
            sheet.write(0, column, name)
        sheet.write_row(2, 0, [1001, "Tea", 0.1 + 0.2])
        sheet.write_datetime(2, 3, datetime(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_boolean(2, 4, True)
    report = await desk.bring("product", path)
    assert report.bad == []
    tea = await desk.one("product")
    assert (tea["code"], str(tea["price"]), tea["published_on"].isoformat(), tea["discontinued"]) == (
        "1001", "0.30", "2026-03-01", True,
    )  # fmt: skip


@pytest.mark.requirement("T-05")
async def test_a_mapping_of_somebody_elses_files(desk):
    """Fixed values, options, factors, forms of dates, texts for nothing, the decimal comma, lookups by another field."""
    await desk.bring("product", PRODUCTS)
    await desk.bring("customer", "code,name,city\nC-1,Door,Suzhou\nC-2,Well,Wuxi\n")
    mapping = """
key: [external_number]
separator: ";"
decimal: ","
dates: "%d.%m.%Y"
empty: ["NULL", "-"]
fields:
  external_number: no
  customer: {column: town, by: city}
  ordered_on: day
  address: place
  kind: {value: goods}
  channel: {column: via, options: {web: portal}, default: office}
lines:
  lines:
    parent: no
    fields:
      product: item
      quantity: pieces
      price: each
      discount: {column: off, multiply: "100"}
"""
    orders = "no;town;day;place;via;more\n7001;Suzhou;03.11.2026;Lake;web;x\n7002;Wuxi;-;NULL;NULL;x\n"
    lines = "no;item;pieces;each;off\n7001;P-1;4;1.212,50;0\n7002;P-1;1;2,5;0,25\n7001;P-2;2;8,00;0,1\n"
    report = await desk.bring("sales_order", orders, lines={"lines": lines}, mapping=mapping)
    assert where(report) == []
    first, second = await desk.all("sales_order")
    assert (first["ordered_on"].isoformat(), first["channel"], first["kind"]) == ("2026-11-03", "portal", "goods")
    assert (second["ordered_on"], second["address"], second["channel"]) == (None, None, "office")
    shown = [(str(each["price"]), f"{each['discount']:f}") for each in first["lines"]]
    assert [price for price, _ in shown] == ["1212.50", "8.00"]
    assert [float(off) for _, off in shown] == [0, 10]
    again = await desk.bring("sales_order", orders, lines={"lines": lines}, mapping=mapping)
    assert (again.created, again.updated, again.bad) == (0, 2, [])


async def test_lines_may_stand_in_the_same_file(desk):
    await desk.bring("product", PRODUCTS)
    await desk.bring("customer", "code,name\nC-1,Door\n")
    mapping = """
fields: {external_number: no, customer: who, address: place}
lines: {lines: {parent: no, fields: {product: item, quantity: n}}}
"""
    text = "no,who,place,item,n\n1,C-1,Lake,P-1,1\n,,,P-2,2\n2,C-1,Hill,P-2,3\n2,C-1,Hill,P-1,x\n3,C-1,Sea,,\n"
    report = await desk.bring("sales_order", text, mapping=mapping, dry=True)
    assert where(report) == [("sales_order.csv", 5, "n", "wrong_type")]
    report = await desk.bring("sales_order", text.replace(",x\n", ",4\n"), mapping=mapping)
    assert (report.created, [len(each["lines"]) for each in await desk.all("sales_order")]) == (3, [2, 2, 0])


async def test_references_by_key_missing_ambiguous(desk):
    await desk.bring("customer", "code,name,city\nC-1,Door,Suzhou\nC-2,Well,Suzhou\n")
    for value, code in (("C-1", None), ("C-9", "bad_reference")):
        report = await desk.bring("sales_order", f"customer\n{value}\n", dry=True)
        assert [each.code for each in report.bad] == ([code] if code else [])
    by_city = "fields: {customer: {column: town, by: city}}\n"
    for town, code in (("Suzhou", "ambiguous"), ("Nowhere", "bad_reference")):
        report = await desk.bring("sales_order", f"town\n{town}\n", mapping=by_city, dry=True)
        assert [(each.column, each.code, each.got) for each in report.bad] == [("town", code, town)]


@pytest.mark.requirement("T-05")
async def test_a_dry_run_tells_every_bad_cell_in_order_and_writes_nothing(desk):
    """Cells that are no values, references to nothing, values that are taken, required ones: all of one row at once."""
    await desk.bring("product", PRODUCTS)
    text = (
        "code,name,unit,price,tax_rate,published_on\n"
        "P-3,Plum,keg,abc,101,2026-02-30\n"
        ",,crate,-1,,\n"
        "P-4,Fig,,5,,\n"
        "P-4,Fig again,,5,,\n"
        "P-1,,,x,,\n"
        "P-5,Fine,,5,,,extra\n"
    )
    report = await desk.bring("product", text, dry=True)
    assert [(row, column, code) for _, row, column, code in where(report)] == [
        (2, "unit", "bad_reference"),
        (2, "price", "wrong_type"),
        (2, "tax_rate", "too_large"),
        (2, "published_on", "wrong_type"),
        (3, "code", "required"),
        (3, "name", "required"),
        (3, "unit", "bad_reference"),
        (3, "price", "too_small"),
        (5, "code", "repeated_key"),
        (6, "name", "required"),
        (6, "price", "wrong_type"),
        (7, "", "too_many_cells"),
    ]
    assert report.rows == 6
    assert [each["code"] for each in await desk.all("product")] == ["P-1", "P-2"]


async def test_lines_without_a_record_and_faults_of_lines_come_after_those_of_the_records(desk):
    await desk.bring("product", PRODUCTS)
    orders = "external_number,customer\n1,C-9\n2,\n"
    lines = "external_number,product,quantity\n1,P-9,0\n9,P-1,1\n,P-1,1\n2,P-1,\n"
    report = await desk.bring("sales_order", orders, lines={"lines": lines}, dry=True)
    assert where(report) == [
        ("sales_order.csv", 2, "customer", "bad_reference"),
        ("sales_order.csv", 3, "customer", "required"),
        ("lines.csv", 2, "product", "bad_reference"),
        ("lines.csv", 2, "quantity", "too_small"),
        ("lines.csv", 3, "external_number", "no_parent"),
        ("lines.csv", 4, "external_number", "no_parent"),
        ("lines.csv", 5, "quantity", "required"),
    ]
    assert await desk.all("sales_order") == []


async def test_moments_are_those_of_the_company_and_numbers_like_keys_stay_texts(desk):
    await desk.bring("customer", "code,name\n6901234567890123,Door\n")
    text = "external_number,customer,received_at\n1,6901234567890123,2026-11-24 16:30\n"
    report = await desk.bring("sales_order", text)
    assert where(report) == []
    assert (await desk.one("sales_order"))["received_at"] == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


async def test_a_key_of_several_fields_one_of_them_a_reference(desk):
    await desk.bring("product", PRODUCTS)
    mapping = "key: [product, valid_from]\nfields: {product: p, valid_from: since, price: price}\n"
    text = "p,since,price\nP-1,2026-01-01,5\nP-1,2026-02-01,6\nP-2,2026-01-01,7\n"
    for created, updated in ((3, 0), (0, 3)):
        report = await desk.bring("price", text, mapping=mapping)
        assert (where(report), report.created, report.updated) == ([], created, updated)
    await desk.bring("price", "product,valid_from,price\nP-1,2026-01-01,9\n")
    report = await desk.bring("price", text, mapping=mapping, dry=True)
    assert where(report) == [("price.csv", 2, "p", "ambiguous")]


async def test_a_document_without_what_is_required_is_a_fault(desk):
    report = await desk.bring("sales_order", "external_number\n1\n", dry=True)
    assert [(each.row, each.column, each.code) for each in report.bad] == [(2, "", "required")]
    assert "Customer" in report.bad[0].message.en
    report = await desk.bring("sales_order", "external_number\n1\n", all_or_nothing=False)
    assert (report.created, await desk.all("sales_order")) == (0, [])


async def test_all_or_nothing_and_row_by_row(desk):
    text = "code,name,price\nP-1,Tea,1\nP-2,Rice,x\nP-3,Plum,3\n"
    calls = []
    report = await desk.bring("product", text, progress=lambda *each: calls.append(each))
    assert (report.created, report.updated, len(report.bad), await desk.all("product")) == (0, 0, 1, [])
    assert calls == [(1, 3), (2, 3), (3, 3)]
    report = await desk.bring("product", text, all_or_nothing=False, progress=lambda *each: calls.append(each))
    assert (report.created, len(report.bad), calls[-1]) == (2, 1, (3, 3))
    assert [each["code"] for each in await desk.all("product")] == ["P-1", "P-3"]


@pytest.mark.requirement("T-05")
async def test_importing_again_updates(desk):
    """An empty cell clears, a column that is not there leaves alone, lines are replaced, a new row takes defaults."""
    await desk.bring(
        "product", "code,name,price,spec,style,sale_state\nP-1,Tea,12.50,box,S1,\nP-2,Rice,8,bag,S2,on_sale\n"
    )
    assert [each["sale_state"] for each in await desk.all("product")] == ["draft", "on_sale"]
    report = await desk.bring("product", "code,name,spec\nP-1,Tea,\nP-2,Brown rice,bag\nP-3,X,\n", all_or_nothing=False)
    assert (report.created, report.updated, where(report)) == (0, 2, [("product.csv", 4, "", "required")])
    tea, rice = await desk.all("product")
    assert (tea["spec"], tea["style"], str(tea["price"]), rice["name"]) == (None, "S1", "12.50", "Brown rice")
    await desk.bring("customer", "code,name\nC-1,Door\n")
    orders = "external_number,customer,address\n1,C-1,Lake\n"
    for lines, amounts in (("1,P-1,1\n1,P-2,2\n", ["12.50", "16.00"]), ("1,P-2,3\n", ["24.00"])):
        below = {"lines": f"external_number,product,quantity\n{lines}"}
        report = await desk.bring("sales_order", orders, lines=below)
        assert where(report) == []
        order = await desk.one("sales_order")
        assert [str(each["amount"]) for each in order["lines"]] == amounts
    assert (await desk.bring("sales_order", orders)).updated == 1
    assert len((await desk.one("sales_order"))["lines"]) == 1


async def test_columns_that_nobody_knows_and_that_are_not_there(desk):
    report = await desk.bring("product", "code,name,price,Pirce,colour of box\nP-1,Tea,1,2,\n")
    assert [(each.file, each.column) for each in report.ignored] == [
        ("product.csv", "Pirce"),
        ("product.csv", "colour of box"),
    ]
    assert "price" in report.ignored[0].remedy.en
    mapping = "fields: {code: code, name: nmae, price: price, ghost: code}\nkey: [style]\n"
    report = await desk.bring("product", "code,name,price,price\nP-2,Tea,1,1\n", mapping=mapping, all_or_nothing=False)
    assert {(column, code) for _, row, column, code in where(report) if row == 1} == {
        ("nmae", "no_column"),
        ("code", "unknown_field"),
        ("price", "repeated_column"),
        ("style", "key_without_column"),
    }
    assert report.created == 0
    assert len(await desk.all("product")) == 1


async def fill(desk):
    await desk.bring("unit", "code,name\nb,Box\n")
    await desk.bring("product", "code,name,price,unit,published_on\nP-1,=1+1,12.50,b,2026-01-02\nP-2,'-x,8,,\n")
    customers = 'code,name,phone,note,tier\nC-2,"Door, ""old""",+86 571 1234,"two\nlines",key\nC-1,@well,,,\n'
    await desk.bring("customer", customers)
    orders = "external_number,customer,address,freight,ordered_on\n7,C-1,Lake,5,2026-11-01\n3,C-2,-2+3,0,\n"
    lines = "external_number,product,quantity,price,note\n7,P-1,2,12.5,\n3,P-2,1.5,8,a\n7,P-2,1,7,\n"
    report = await desk.bring("sales_order", orders, lines={"lines": lines})
    assert where(report) == []


ENTITIES = ("unit", "product", "customer", "sales_order")


@pytest.mark.requirement("T-05", "A-13")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_what_goes_out_comes_in_and_goes_out_the_same(desk, tmp_path, ending):
    """Byte for byte: in the same company, where nothing changes, and in an empty one."""
    await fill(desk)
    files = {each: await desk.export(each, f"{each}.{ending}") for each in ENTITIES}
    lines = {}
    if ending == "csv":
        files["lines"] = await desk.export("sales_order", "lines.csv", lines="lines")
        lines = {"sales_order": {"lines": desk.folder / "lines.csv"}}
    async with open_house(SITE, NOW, url=f"sqlite:///{tmp_path / 'other.sqlite'}") as opened:
        other = Desk(opened.house, tmp_path)
        for target in (desk, other):
            for each in ENTITIES:
                report = await target.bring(each, tmp_path / f"{each}.{ending}", lines=lines.get(each))
                assert (where(report), report.ignored) == ([], ())
                assert await target.export(each, f"again.{ending}") == files[each], each
            if lines:
                assert await target.export("sales_order", "again.csv", lines="lines") == files["lines"]


async def test_nothing_in_an_export_runs_as_a_formula_and_all_is_read_back(desk):
    texts = ["=1+1", "+1", "-1+2", "@x", "'=a", "''=b", "'plain", "＝1", "-5", "=cmd|' /C calc'!A0"]
    for number, text in enumerate(texts):
        made = await create(desk.house, CALL, "product", {"code": f"P-{number}", "name": text, "price": "1"})
        assert isinstance(made, Done)
    written = (await desk.export("product", "p.csv")).decode("utf-8-sig").splitlines()
    names = [line.split(",")[1] for line in written[1:]]
    assert [each for each in names if each[0] in "=+@＝" or (each[0] == "-" and each != "-5")] == []
    for name in ("p.csv", "p.xlsx"):
        await desk.export("product", name)
        sheet = read_sheet(desk.folder / name)
        column = sheet.headings.index("name")
        assert [cells[column] for _, cells in sheet.rows] == texts


async def test_an_export_shows_what_the_list_shows(desk):
    await fill(desk)
    query = Query(filter=(Filter(("code",), "eq", "P-2"),))
    assert len((await desk.export("product", "p.csv", query=query)).splitlines()) == 2
    refused = await desk.export("product", "p.csv", query=Query(filter=(Filter(("ghost",), "eq", "1"),)))
    assert refused.reasons[0].code == "unknown_parameter"


@pytest.mark.requirement("U-12")
async def test_export_and_import_are_rights_of_their_own(desk):
    await fill(desk)
    assert (await desk.export("sales_order", "o.csv", call=as_role("warehouse_keeper"))).kind == "not_allowed"
    assert not isinstance(await desk.export("sales_order", "o.csv", call=as_role("order_reviewer")), Refused)
    events = await desk.house.database.fetch("SELECT actor, body FROM event WHERE name = 'sales_order.export'")
    ((who, told),) = [(each["actor"], json.loads(each["body"])) for each in events]
    assert (who, told["rows"], "customer" in told["fields"]) == ("7", 2, True)
    report = await desk.bring("product", PRODUCTS, call=as_role("shipper"))
    assert [(each.row, each.code) for each in report.bad] == [(0, "not_allowed")]
    assert (await desk.bring("product", PRODUCTS, call=as_role("business_manager"))).updated == 2


@pytest.mark.requirement("U-12")
async def test_a_field_that_is_not_seen_is_not_exported(database_url, tmp_path):
    clerk = """
  clerk:
    label: {zh: 文员, en: Clerk}
    may: {customer: [read, export], sales_order: [read, export]}
    fields: {customer: {phone: hidden}, sales_order: {freight: hidden, lines.price: hidden}}
"""
    site = tmp_path / "site"
    site.mkdir()
    shutil.copytree(SITE / "config", site / "config")
    shutil.copy(SITE / "workflows.yaml", site / "workflows.yaml")
    roles = (SITE / "roles.yaml").read_text("utf-8").replace("\nduties:", clerk + "duties:")
    (site / "roles.yaml").write_text(roles, "utf-8")
    async with open_house(site, NOW, url=database_url) as opened:
        desk = Desk(opened.house, tmp_path)
        await fill(desk)
        clerk = as_role("clerk")
        for entity, hidden in (("customer", "phone"), ("sales_order", "freight")):
            heads = (await desk.export(entity, "o.csv", call=clerk)).decode("utf-8-sig").splitlines()[0].split(",")
            assert hidden not in heads
            assert hidden in (await desk.export(entity, "o.csv")).decode("utf-8-sig").splitlines()[0].split(",")
        lines = (await desk.export("sales_order", "l.csv", call=clerk, lines="lines")).decode("utf-8-sig")
        assert "price" not in lines.splitlines()[0].split(",")


async def test_a_template_has_labels_the_key_an_example_and_notes(site_house):
    sheets = template(site_house, site_house.blueprint.entities["sales_order"], "en")
    assert set(sheets) == {"sales_order", "lines", "notes"}
    heads, example = sheets["lines"]
    assert heads[:2] == ["Number elsewhere", "Product"]
    assert "Amount" not in heads
    assert len(heads) == len(example)
    heads, example = template(site_house, site_house.blueprint.entities["customer"], "zh")["customer"]
    assert (heads[0], example[0]) == ("客户编码", "KH-001")


@pytest.fixture
async def site_house(tmp_path):
    async with open_house(SITE, NOW, url=f"sqlite:///{tmp_path / 'template.sqlite'}") as opened:
        yield opened.house


async def test_a_filled_template_is_an_import(desk):
    await desk.bring("product", PRODUCTS)
    await desk.bring("customer", "code,name\nC-1,Door\n")
    sheets = template(desk.house, desk.house.blueprint.entities["sales_order"], "zh")
    for name, cells in {
        "sales_order": {"外部单号": "1", "客户": "C-1"},
        "lines": {"外部单号": "1", "商品": "P-1", "数量": "2"},
    }.items():
        heads = sheets[name][0]
        sheets[name] = [heads, [cells.get(head, "") for head in heads]]
    write_xlsx(sheets, desk.folder / "t.xlsx")
    report = await desk.bring("sales_order", desk.folder / "t.xlsx")
    assert (where(report), report.ignored) == ([], ())
    assert str((await desk.one("sales_order"))["total"]) == "25.00"
