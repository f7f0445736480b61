"""Import and print in a browser: a file is matched, checked, mended in place, written and taken back; papers are looked at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser.rules import violations
from browser.test_live import enter, sessions
from playwright.sync_api import expect

__all__ = ["enter", "sessions"]

HEADS = "客户编码,客户名称,城市,客户级别,信用额度,别的列\n"
ROWS = (
    "DR-101,宁波海川贸易有限公司,宁波,普通,20000,x\n"
    "DR-102,,温州,普通,abc,\n"
    "DR-103,金华和顺商行,金华,黄金,8000,\n"
    "DR-101,重复的客户,绍兴,普通,8000,\n"
)
MENDED = {"客户名称": "温州和谐", "信用额度": "5000", "客户级别": "普通", "客户编码": "DR-104"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "客户.csv"
    path.write_bytes((HEADS + ROWS).encode("gb18030"))
    return path


def well(page: Any) -> None:
    """In both themes nothing breaks the rules of accessibility, and nothing runs out of the window."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def figure(page: Any, label: str) -> str:
    return str(page.locator(".figures li", has_text=label).locator("b").inner_text())


def taken_back(page: Any, undo: str, sure: str) -> None:
    page.locator("summary", has_text=undo).click()
    page.get_by_role("button", name=sure).click()
    page.locator(".note.warn").wait_for()


@pytest.mark.requirement("T-05")
@pytest.mark.parametrize(("width", "locale"), [(1440, "zh"), (390, "en")])
def test_a_file_from_a_chinese_spreadsheet_is_mended_imported_and_taken_back(
    enter: Any, file: Path, width: int, locale: str
) -> None:
    zh = locale == "zh"
    page = enter("business_manager", viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "ordinance_locale", "value": locale, "url": page.url}])
    page.goto("/o/customer")
    page.get_by_role("link", name="导入" if zh else "Import", exact=True).click()
    well(page)
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="读取文件" if zh else "Read the file").click()
    page.wait_for_url(re.compile("batch="))
    expect(page.locator(".matches select").nth(1)).to_have_value("name")
    expect(page.locator(".matches select").nth(5)).to_have_value("")
    expect(page.locator(".samples").nth(1)).to_contain_text("宁波海川贸易有限公司")
    well(page)
    page.get_by_role("button", name="检查" if zh else "Check").click()
    page.locator(".bad-cells").wait_for()
    assert (figure(page, "新建" if zh else "New"), figure(page, "有错" if zh else "Wrong")) == ("1", "3")
    well(page)
    cells = page.locator(".bad-cells input.input")
    assert cells.count() == 4
    with page.expect_download() as download:
        page.get_by_role("link", name="下载有错的行" if zh else "Download the rows with faults").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    for at in range(cells.count()):
        label = page.locator(f'label[for="{cells.nth(at).get_attribute("id")}"]').inner_text()
        cells.nth(at).fill(MENDED[label])
    page.get_by_role("button", name="重新检查" if zh else "Check again").click()
    page.get_by_role("button", name=re.compile("全部导入（4 行）" if zh else "Import all 4 rows")).click()
    page.locator(".note.ok").wait_for()
    assert figure(page, "已新建" if zh else "Created") == "4"
    expect(page.get_by_role("link", name="温州和谐")).to_be_visible()
    well(page)
    taken_back(page, "撤销这次导入" if zh else "Take this import back", "确定撤销" if zh else "Take it back")
    well(page)
    found = page.request.get("/api/customer?filter[code]=DR-101,DR-102,DR-103,DR-104&count=true")
    assert found.json()["count"] == 0
    page.goto("/o/customer/import")
    expect(page.locator("table")).to_contain_text("客户.csv")
    well(page)


def test_all_of_it_without_javascript(enter: Any, file: Path) -> None:
    page = enter("business_manager", java_script_enabled=False)
    page.goto("/o/customer/import")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="读取文件").click()
    page.locator("#keep").fill("没有脚本")
    page.get_by_role("button", name="检查").click()
    page.locator(".bad-cells").wait_for(timeout=20_000)
    page.get_by_label("不导入第 3 行").check()
    page.get_by_label("不导入第 4 行").check()
    page.get_by_label("不导入第 5 行").check()
    page.get_by_role("button", name="重新检查").click()
    page.get_by_role("button", name=re.compile("全部导入（1 行）")).click(timeout=20_000)
    page.locator(".note.ok").wait_for(timeout=20_000)
    taken_back(page, "撤销这次导入", "确定撤销")
    page.goto("/o/customer/import")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("#kept option")).to_have_text(["没有脚本"])


def test_progress_is_shown_and_leaving_the_page_does_not_stop_it(enter: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("客户编码,客户名称\n" + "".join(f"DM-{n:04},很多 {n}\n" for n in range(1500)), "utf-8")
    page = enter("business_manager")
    page.goto("/o/customer/import")
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="读取文件").click()
    page.get_by_role("button", name="检查").click()
    page.locator("progress").wait_for()
    assert violations(page) == []
    address = page.url
    page.goto("/o/customer")
    page.goto(address)
    page.get_by_role("button", name=re.compile("全部导入")).click(timeout=30_000)
    page.locator(".note.ok").wait_for(timeout=30_000)
    assert figure(page, "已新建") == "1,500"
    page.locator("summary", has_text="撤销这次导入").click()
    page.get_by_role("button", name="确定撤销").click()
    page.locator(".note.warn").wait_for(timeout=30_000)


def test_what_is_no_table_and_who_may_not(enter: Any, tmp_path: Path) -> None:
    path = tmp_path / "no.xlsx"
    path.write_bytes(b"PK nothing")
    page = enter("business_manager")
    page.goto("/o/customer/import")
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="读取文件").click()
    expect(page.get_by_role("alert")).to_contain_text("不能读取 no.xlsx")
    assert violations(page) == []
    clerk = enter("order_reviewer")
    assert clerk.goto("/o/customer/import").status == 403
    clerk.goto("/o/customer")
    expect(clerk.get_by_role("link", name="导入", exact=True)).to_have_count(0)


@pytest.mark.requirement("F-06")
@pytest.mark.parametrize(("width", "locale"), [(1440, "zh"), (390, "en")])
def test_the_papers_of_an_order(enter: Any, width: int, locale: str) -> None:
    page = enter("order_reviewer", viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "ordinance_locale", "value": locale, "url": page.url}])
    order = page.request.get("/api/sales_order?limit=1").json()["items"][0]["id"]
    page.goto(f"/o/sales_order/{order}")
    page.get_by_role("link", name="打印" if locale == "zh" else "Print", exact=True).click()
    page.wait_for_url(re.compile("/print$"))
    expect(page.locator(".papers > li")).to_have_count(3)
    for look in page.locator(".papers img").all():
        look.scroll_into_view_if_needed()
        expect(look).to_have_js_property("complete", True)
        assert look.evaluate("each => each.naturalWidth") > 400
    well(page)
    for link in page.locator(".papers p a").all()[:2]:
        answer = page.request.get(link.get_attribute("href"))
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.body().startswith(b"%PDF-")
        assert re.search(r"filename\*=UTF-8''DH[0-9]{8}-[0-9]{4}%20", answer.headers["content-disposition"])
    assert page.request.get(f"/o/sales_order/{order}/print/ghost").status == 404
