"""Papers: what is on them is what their reader sees, templates can do no harm, and the same record is the same file."""

import shutil
import subprocess
import sys
from decimal import Decimal

import pytest
from rooms.exchange_kit import NOW, SITE, as_role

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, Refused, create, read, step
from ordinance.app import open_house
from ordinance.blueprint import load
from ordinance.printing import Press, check_prints, print_record, prints_of
from ordinance.printing.capitals import capitals
from ordinance.printing.data import data_of
from ordinance.printing.folder import read_folder
from ordinance.printing.fonts import find_fonts
from ordinance.problems import SiteError

pytestmark = pytest.mark.anyio

CALL = Call(ENGINE, NOW, "zh", "system")
FORMS = ("order", "delivery_note", "order_statement")


@pytest.fixture
def press():
    made = Press()
    yield made
    made.close()


class Desk:
    def __init__(self, house, site):
        self.house, self.site = house, site

    async def make(self, entity, **values):
        done = await create(self.house, CALL, entity, values)
        assert isinstance(done, Done), done
        return done.id

    async def order(self, lines=3, **more):
        await self.make("customer", code="C-1", name="上海瑞禾餐饮管理有限公司", phone="13800138000", address="一号路 1 号")
        for n in range(3):
            await self.make("product", code=f"P-{n}", name=f"商品 {n}", price="13.37", sale_state="on_sale")
        found = [{"product": f"P-{n % 3}", "quantity": str(n + 2)} for n in range(lines)]
        return await self.make("sales_order", customer="C-1", lines=found, **more)

    def template(self, text, name="order.typ"):
        folder = self.site / "config" / "print"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    async def wrong(self, press, id, form="order"):
        with pytest.raises(SiteError) as found:
            await print_record(self.house, CALL, press, "sales_order", id, form)
        (problem,) = found.value.problems
        return problem


@pytest.fixture
async def desk(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    shutil.copytree(SITE / "config", site / "config")
    shutil.copy(SITE / "workflows.yaml", site / "workflows.yaml")
    clerk = """
  clerk:
    label: {zh: 文员, en: Clerk}
    may: {customer: [read], sales_order: [read, print]}
    fields: {customer: {name: masked, phone: hidden}, sales_order: {phone: hidden, freight: hidden, lines.price: hidden}}
"""
    roles = (SITE / "roles.yaml").read_text("utf-8").replace("\nduties:", clerk + "duties:")
    (site / "roles.yaml").write_text(roles, "utf-8")
    prints = "schema: 1\norder_statement: {by: [finance_reviewer]}\n"
    (site / "config" / "prints.yaml").write_text(prints, "utf-8")
    async with open_house(site, NOW, url=f"sqlite:///{tmp_path / 'print.sqlite'}") as opened:
        yield Desk(opened.house, site)


@pytest.mark.requirement("F-06")
async def test_every_shipped_paper_in_both_languages_short_and_long(desk, press):
    """Also: the same record gives the same bytes, by another process too."""
    other = Press()
    assert await check_prints(desk.house, CALL, press) == ()
    for lines, pages in ((3, 1), (80, 4)):
        id = await desk.order(lines) if lines == 3 else await desk.make(
            "sales_order", customer="C-1", lines=[{"product": "P-1", "quantity": "2"}] * lines
        )  # fmt: skip
        for form in FORMS:
            for locale in ("zh", "en"):
                call = Call(ENGINE, NOW, locale, "system")
                paper = await print_record(desk.house, call, press, "sales_order", id, form, address="https://a.example")
                (pdf,) = paper.pages
                assert pdf.startswith(b"%PDF-")
                again = await print_record(desk.house, call, other, "sales_order", id, form, address="https://a.example")
                assert again.pages == paper.pages
                look = await print_record(desk.house, call, press, "sales_order", id, form, kind="png", ppi=30)
                assert (len(look.pages), look.pages[0][:4]) == (pages, b"\x89PNG")
    other.close()


@pytest.mark.requirement("F-06")
async def test_a_return_note(desk, press):
    order = await desk.order()
    while isinstance(found := await read(desk.house, CALL, "sales_order", order), object) and found.waits:
        assert isinstance(await step(desk.house, CALL, "sales_order", order, found.waits[0]), Done)
    values = {"order": str(order), "reason": "damage", "lines": [{"product": "P-1", "quantity": "1"}]}
    done = await create(desk.house, CALL, "return_order", values)
    assert isinstance(done, Done), done
    forms = await prints_of(desk.house, CALL, "return_order", done.id)
    assert [each.id for each in forms] == ["return_note"]
    paper = await print_record(desk.house, CALL, press, "return_order", done.id, "return_note")
    assert paper.pages[0].startswith(b"%PDF-")
    data = await data_of(desk.house, CALL, await read(desk.house, CALL, "return_order", done.id), forms[0])
    assert data["about"]["order"]["number"].startswith("DH")


@pytest.mark.requirement("U-12")
async def test_a_paper_shows_what_its_reader_may_see(desk, press):
    id = await desk.order(freight="7.77")
    clerk = as_role("clerk")
    form = desk.house.blueprint.prints["order"]
    whole = await data_of(desk.house, CALL, await read(desk.house, CALL, "sales_order", id), form)
    seen = await data_of(desk.house, clerk, await read(desk.house, clerk, "sales_order", id), form)
    assert whole["text"]["freight"] == "7.77"
    assert whole["rows"]["lines"][0]["price"] == "13.37"
    text = str(seen)
    for secret in ("13800138000", "7.77", "13.37"):
        assert secret in str(whole)
        assert secret not in text
    assert "瑞禾" in whole["about"]["customer"]["name"]
    assert "瑞禾" not in seen["about"]["customer"]["name"]
    assert {"phone", "freight", "lines.price"} & set(seen["labels"]) == set()
    paper = await print_record(desk.house, clerk, press, "sales_order", id, "order")
    assert paper.pages[0].startswith(b"%PDF-")


@pytest.mark.requirement("F-06")
async def test_who_prints_what_and_when(desk, press):
    draft = await create(desk.house, CALL, "customer", {"code": "C-0", "name": "x"})
    id = await desk.order()
    assert [each.id for each in await prints_of(desk.house, CALL, "sales_order", id)] == list(FORMS)
    shipper = as_role("shipper")
    assert [each.id for each in await prints_of(desk.house, shipper, "sales_order", id)] == list(FORMS[:2])
    refused = await print_record(desk.house, shipper, press, "sales_order", id, "order_statement")
    assert isinstance(refused, Refused)
    assert refused.kind == "not_allowed"
    keeper = as_role("warehouse_keeper")
    assert desk.house.force.rights.may(keeper.actor, "print", "sales_order") is False
    assert await prints_of(desk.house, keeper, "sales_order", id) == ()
    assert (await print_record(desk.house, keeper, press, "sales_order", id, "order")).kind == "not_allowed"
    assert (await print_record(desk.house, CALL, press, "sales_order", id, "ghost")).kind == "not_found"
    assert (await print_record(desk.house, CALL, press, "customer", draft.id, "order")).kind == "not_found"
    unsent = await create(desk.house, CALL, "sales_order", {"customer": "C-1"}, draft=True)
    assert (await print_record(desk.house, CALL, press, "sales_order", unsent.id, "delivery_note")).kind == "conflict"
    assert [each.id for each in await prints_of(desk.house, CALL, "sales_order", unsent.id)] == ["order"]
    await print_record(desk.house, shipper, press, "sales_order", id, "order")
    async with desk.house.database.work(write=False) as work:
        (event,) = await work.fetch("SELECT actor, body FROM event WHERE name = 'sales_order.print'")
    assert event["actor"] == "7"
    assert f'"id":"{id}"' in event["body"]


async def test_a_company_puts_its_own_file_over_a_shipped_one(desk, press):
    id = await desk.order()
    before = await print_record(desk.house, CALL, press, "sales_order", id, "order")
    sheet = (SITE / "plugins/base/print/sheet.typ").read_text("utf-8")
    desk.template(sheet.replace("#let accent = rgb(\"#2457c5\")", "#let accent = rgb(\"#aa0000\")"), "sheet.typ")
    after = await print_record(desk.house, CALL, press, "sales_order", id, "order")
    assert before.pages != after.pages
    folder = read_folder(desk.house.site, desk.house.blueprint)
    assert (folder.names["sheet.typ"], folder.names["order.typ"]) == (
        "config/print/sheet.typ", "plugins/sales/print/order.typ",
    )  # fmt: skip


async def test_what_is_wrong_with_a_template_is_told_with_its_place(desk, press):
    id = await desk.order()
    for text, words, line, column in (
        ("= Title\n#nothing\n", "unknown variable: nothing", 2, 2),
        ('#set text(font: "Nowhere")\nx', "unknown font family", 1, 17),
        ('x\n#import "sheet.typ": ghost', "unresolved import", 2, 22),
        ("#let f(x) = f(x + 1)\n#f(1)", "maximum", 1, 13),
    ):
        desk.template(text)
        problem = await desk.wrong(press, id)
        assert problem.code == "print_template"
        assert words in problem.message.en
        assert problem.message.zh.startswith("打印模板有错误")
        assert (problem.place.file, problem.place.line, problem.place.column) == ("config/print/order.typ", line, column)


async def test_a_template_sees_its_folder_and_nothing_else(desk, press, tmp_path):
    id = await desk.order()
    (tmp_path / "secret.txt").write_text("secret")
    (desk.site / "config" / "print").mkdir()
    (desk.site / "config" / "print" / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in ("/etc/passwd", "../../../../etc/passwd", str(tmp_path / "secret.txt"), "link.txt"):
        desk.template(f'#read("{path}")')
        assert (await desk.wrong(press, id)).code == "print_template"
    desk.template('x\n#import "@preview/cetz:0.3.0"')
    problem = await desk.wrong(press, id)
    assert (problem.code, problem.place.line, problem.place.column) == ("print_package", 2, 10)


async def test_a_template_that_never_ends_costs_its_own_process_only(desk):
    id = await desk.order()
    press = Press(patience_s=1.5)
    desk.template("#for a in range(100000) { for b in range(100000) { let c = a * b } }")
    problem = await desk.wrong(press, id)
    assert (problem.code, problem.message.en) == (
        "print_slow", "the print template “order.typ” was not done within 1.5 seconds",
    )  # fmt: skip
    desk.template("#let x = range(30000000).map(a => str(a) * 40)\n#x.len()")
    assert (await desk.wrong(press, id)).code in ("print_failed", "print_slow", "print_template")
    desk.template("= Fine")
    assert (await print_record(desk.house, CALL, press, "sales_order", id, "order")).pages
    press.close()


async def test_without_a_chinese_font_nothing_is_printed(desk, tmp_path):
    id = await desk.order()
    (tmp_path / "none").mkdir()
    for press in (Press((tmp_path / "none",)), Press(())):
        problem = await desk.wrong(press, id)
        assert problem.code == "print_no_font"
        assert "fonts-noto-cjk" in problem.remedy.en
        press.close()
    assert find_fonts({"ORDINANCE_FONTS": str(tmp_path / "none")}) == (tmp_path / "none",)
    (package,) = find_fonts({})
    assert (package / "NotoSansSC-Regular.otf").exists()


def test_faults_of_formats_are_told_where_they_stand(tmp_path):
    shutil.copytree(SITE / "config", tmp_path / "config")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, tmp_path / name)
    (tmp_path / "config" / "prints.yaml").write_text(
        "schema: 1\n"
        "a: {of: sales_ordr, file: order.typ}\n"
        "b: {of: customer, file: missing.typ}\n"
        "c: {of: customer, file: order.typ, by: [ghost]}\n"
        "d: {of: customer, file: order.typ, when: nme is set}\n"
        "return_note: {enabled: false}\n",
        "utf-8",
    )
    found = [
        (each.code, each.place.file, each.place.line)
        for each in load(tmp_path).problems
        if each.severity == "error"
    ]
    assert found == [
        ("unknown_entity", "config/prints.yaml", 2),
        ("no_template", "config/prints.yaml", 3),
        ("unknown_role", "config/prints.yaml", 4),
        ("unknown_name", "config/prints.yaml", 5),
    ]


def test_nothing_of_the_typesetter_is_loaded_before_somebody_prints():
    program = "import sys, ordinance.printing, ordinance.app.serving; print('typst' in sys.modules, 'segno' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": str(SITE / "core")})
    assert done.stdout == "False False\n", done.stderr


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("100100.07", "壹拾万零壹佰元零柒分"),
        ("20304", "贰万零叁佰零肆元整"),
        ("10000000", "壹仟万元整"),
        ("100000000.10", "壹亿元壹角整"),
        ("-3.4", "负叁元肆角整"),
        ("99999999999999.99", "玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("10000000000000000", ""),
    ],
)
def test_amounts_in_capitals(amount, words):
    assert capitals(Decimal(amount)) == words


def test_the_typesetter_knows_nothing_of_the_house():
    text = (SITE / "core/ordinance/printing/typesetter.py").read_text("utf-8")
    assert "from ordinance" not in text
