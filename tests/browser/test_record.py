"""A record's page on the default site: notes, files, what two people changed, small forms on the way, the long grid."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser.own import live_url, sessions  # noqa: F401 - fixtures
from browser.rules import violations
from browser.test_form import PASTE
from browser.test_live import enter  # noqa: F401 - a fixture
from playwright.sync_api import expect

Enter = Callable[..., Any]
ORDER = "/o/sales_order"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff89993d1d0000000049454e44ae426082"
)


def order(page: Any, number: str) -> str:
    """Return the address of an order by the end of its number; each test has one of its own."""
    items = page.request.get(f"/lookup/sales_order?q=-{number}").json()["items"]
    assert len(items) == 1
    return f"{ORDER}/{items[0]['id']}"


def saved(page: Any) -> None:
    page.keyboard.press("Control+s")
    page.wait_for_url("**said=saved**")


@pytest.fixture
def plain(browser: Any, live_url: str, sessions: Any, enter: Enter) -> Any:
    """A window of somebody who has signed in and has no JavaScript."""
    enter("business_manager")
    context = browser.new_context(
        java_script_enabled=False, base_url=live_url, locale="zh-CN", storage_state=sessions["business_manager"]
    )
    yield context.new_page()
    context.close()


# Notes


def test_a_colleague_is_named_by_keyboard_and_told_at_once(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(order(page, "0001"))
    page.keyboard.press("Control+Shift+c")
    expect(page.locator("#note-box")).to_be_focused()
    page.keyboard.type("价格已核对 @zw")
    expect(page.locator("#people [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#note-box")).to_have_value("价格已核对 @张伟 ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#story blockquote")).to_have_text("价格已核对 @张伟")
    expect(page.locator("#story .said").first).to_contain_text("仅内部")
    assert "said=saved" not in page.url
    other = enter("finance_reviewer")
    expect(other.locator("[data-bell] .chip")).to_have_text("1")
    other.locator("[data-bell]").click()
    other.get_by_role("button", name=re.compile("李倩 .*提到了您：价格已核对")).click()
    other.wait_for_url(re.compile(ORDER + r"/\d+"))
    expect(other.locator("[data-bell] .chip")).to_have_count(0)


def test_pinyin_enter_takes_nobody(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(order(page, "0001"))
    page.locator("#note-box").click()
    page.keyboard.type("@zw")
    page.locator("#people [role=option]").first.wait_for()
    enter_key = "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}"
    page.evaluate(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {enter_key}))")
    expect(page.locator("#note-box")).to_have_value("@zw")


def test_a_note_is_changed_and_taken_back_and_the_customer_sees_what_is_for_it(enter: Enter) -> None:
    page = enter("order_reviewer")
    address = order(page, "0002")
    page.goto(address)
    for text, outside in (("只给同事", False), ("给客户的话", True)):
        page.locator("#note-box").fill(text)
        if outside:
            page.locator(".say [name=partner]").check()
        page.locator(".say button").click()
        expect(page.locator("#story blockquote").first).to_have_text(text)
    page.locator("#story [data-small-form]").first.click()
    dialog = page.get_by_role("dialog", name="修改备注")
    dialog.get_by_label("备注").fill("给客户的话，已改")
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("#story blockquote").first).to_have_text("给客户的话，已改")
    expect(page.locator("#story li").first).to_contain_text("已修改")
    page.locator("#story .own button").nth(1).click()
    expect(page.locator("#story")).to_contain_text("撤回了一条备注")
    customer = enter("customer")
    customer.goto(address)
    expect(customer.locator("#story blockquote")).to_have_text("给客户的话，已改")
    expect(customer.locator("#story")).not_to_contain_text("撤回")
    expect(customer.locator(".say [name=partner]")).to_have_count(0)


def test_the_history_is_narrowed_and_tells_old_and_new_by_name(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(order(page, "0003"))
    page.locator("#f-lines-0-quantity").fill("8")
    page.locator("#f-lines-0-product").fill("SP-005")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    saved(page)
    change = page.locator("#story li").first
    expect(change).to_contain_text("第 1 行 商品")
    expect(change.locator("ins").first).to_have_text("黑巧克力 70%")
    page.get_by_role("link", name="流程", exact=True).click()
    expect(page.locator("#story .line > .passed")).to_have_count(1)
    expect(page.locator("#story")).not_to_contain_text("第 1 行 商品")
    page.get_by_role("link", name="修改", exact=True).click()
    expect(page.locator("#story .line > li")).to_have_count(1)


# Files


def test_files_are_sent_shown_and_taken_away(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(order(page, "0004"))
    for name, kind, content in (("合同.pdf", "application/pdf", b"%PDF-1.7 x"), ("现场.png", "image/png", PNG)):
        page.locator("#files [type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        expect(page.locator("#files li", has_text=name)).to_have_count(1)
    expect(page.locator("#files .shot img")).to_have_js_property("naturalWidth", 1)
    answer = page.request.get(page.locator("#files li a", has_text="合同.pdf").get_attribute("href"))
    assert answer.headers["content-disposition"].startswith("attachment")
    page.locator("#files [type=file]").set_input_files({"name": "a.html", "mimeType": "text/html", "buffer": b"<b>"})
    expect(page.locator(".toast")).to_contain_text("不接受这类文件")
    page.get_by_role("button", name="删除附件 合同.pdf").click()
    expect(page.locator("#files li")).to_have_count(1)
    page.reload()
    expect(page.locator("#story")).to_contain_text("删除附件 合同.pdf")


def test_a_field_takes_a_picture_that_is_the_records_once_it_is_saved(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(f"/o/product/{page.request.get('/lookup/product?q=SP-004').json()['items'][0]['id']}")
    field = page.locator("x-file[data-name=image]")
    field.locator("[type=file]").set_input_files({"name": "橙汁.png", "mimeType": "image/png", "buffer": PNG})
    expect(field.get_by_label("橙汁.png")).to_be_checked()
    expect(page.locator("[data-dirty]")).to_be_visible()
    saved(page)
    expect(page.locator("x-file[data-name=image]").get_by_label("橙汁.png")).to_be_checked()
    expect(page.locator("#files li")).to_contain_text("图片")
    page.locator("x-file[data-name=image] [value='']").last.check()
    saved(page)
    expect(page.locator("x-file[data-name=image] li")).to_have_count(0)


def test_evidence_has_a_kind_words_and_files(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(order(page, "0005"))
    page.locator("x-form details.card > summary").click()
    proof = page.locator("[data-field=contract]")
    proof.locator("select").select_option("signed")
    proof.locator("textarea").fill("双方盖章")
    paper = {"name": "盖章页.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 y"}
    proof.locator("[type=file]").set_input_files(paper)
    expect(proof.get_by_label("盖章页.pdf")).to_be_checked()
    saved(page)
    proof = page.locator("[data-field=contract]")
    expect(proof.locator("select")).to_have_value("signed")
    expect(proof.get_by_label("盖章页.pdf")).to_be_checked()
    expect(page.locator("#story li").first).to_contain_text("双方盖章 盖章页.pdf")


def test_without_javascript_notes_and_files_are_plain_forms(plain: Any) -> None:
    plain.goto(order(plain, "0006"))
    plain.locator("[name=text]").fill("没有脚本")
    plain.get_by_role("button", name="发送").click()
    expect(plain.locator("#story blockquote")).to_have_text("没有脚本")
    plain.locator("#files [type=file]").set_input_files({"name": "表.csv", "mimeType": "text/csv", "buffer": b"a,b"})
    plain.get_by_role("button", name="上传附件").click()
    expect(plain.locator("#files li")).to_contain_text("表.csv")
    plain.get_by_role("link", name="附件", exact=True).click()
    expect(plain.locator("#story .line > li")).to_have_count(1)
    plain.get_by_role("button", name="删除附件 表.csv").click()
    expect(plain.locator("#files li")).to_have_count(0)


# Two people


def changed_by_another(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("#f-contact").fill("王五")
    page.locator("#f-region").fill("西南")
    page.locator("#f-lines-0-quantity").fill("30")
    page.locator("#f-lines-1-quantity").focus()
    page.keyboard.press("Alt+Backspace")
    saved(page)


def test_what_two_people_changed_is_chosen_field_by_field_and_the_rest_is_put_together(enter: Enter) -> None:
    page, other = enter("business_manager"), enter("order_reviewer")
    address = order(page, "0008")
    page.goto(address)
    changed_by_another(other, address)
    page.locator("#f-contact").fill("赵六")
    page.locator("#f-lines-0-quantity").fill("31")
    page.locator("#f-lines-1-quantity").fill("9")
    page.keyboard.press("Control+s")
    expect(page.locator("#conflict")).to_be_focused()
    rows = page.locator("#conflict tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("陈雨")
    expect(rows.nth(1)).to_contain_text("第 1 行 数量")
    expect(rows.nth(2)).to_contain_text("删除此行")
    expect(page.locator("#conflict ul")).to_contain_text("西南")
    expect(page.locator("#f-region")).to_have_value("西南")
    expect(page.locator("#f-lines-0-quantity")).to_have_value("31")
    assert violations(page) == []
    page.get_by_label("联系人, 现在的值").check()
    expect(page.locator("#f-contact")).to_have_value("王五")
    page.get_by_role("button", name="按所选保存").click()
    page.wait_for_url("**said=saved**")
    expect(page.locator("#f-contact")).to_have_value("王五")
    expect(page.locator("#f-lines-0-quantity")).to_have_value("31")
    quantities = page.locator("[data-field=lines] tbody [name$='.quantity']").evaluate_all("all => all.map(x => x.value)")
    assert quantities[0] == "31" and quantities[-1] == "9"


def test_without_javascript_the_choice_is_made_by_the_server(plain: Any, enter: Enter) -> None:
    address = order(plain, "0012")
    plain.goto(address)
    changed_by_another(enter("order_reviewer"), address)
    plain.locator("#f-contact").fill("赵六")
    plain.locator("#f-lines-1-quantity").fill("9")
    plain.get_by_role("button", name="保存", exact=False).first.click()
    plain.get_by_label("联系人, 现在的值").check()
    plain.get_by_label(re.compile("商品明细 .*, 现在的值")).check()
    plain.get_by_role("button", name="按所选保存").click()
    plain.wait_for_url("**said=saved**")
    expect(plain.locator("#f-contact")).to_have_value("王五")
    assert "9" not in plain.locator("tbody [name$='.quantity']").evaluate_all("all => all.map(x => x.value)")


# On the way


@pytest.mark.requirement("B-08")
def test_a_customer_that_is_not_there_is_made_on_the_way(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(f"{ORDER}/new")
    page.locator("#f-customer").fill("海川贸易")
    page.locator("#options [role=option]").last.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="新建客户")
    expect(dialog.get_by_label("客户名称")).to_have_value("海川贸易")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.locator("[data-faults]")).to_contain_text("客户编码")
    dialog.get_by_label("客户编码").fill("KH-777")
    assert violations(page) == []
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("#f-customer")).to_have_value("海川贸易")
    expect(page.locator("#f-customer")).to_be_focused()


def test_what_one_used_lately_comes_first_where_nothing_is_typed(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{ORDER}/new")
    found = page.request.get("/lookup/customer?q=&of=sales_order.customer").json()["items"]
    plain = page.request.get("/lookup/customer?q=").json()["items"]
    assert plain[0]["label"] == "杭州恒诚食品有限公司"
    assert found[0]["label"] != plain[0]["label"] and len(found) == len(plain)
    page.locator("#f-customer").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#options [role=option]").first).to_contain_text(found[0]["label"])


def test_related_documents_are_linked_both_ways(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto(f"/o/customer/{page.request.get('/lookup/customer?q=KH-001').json()['items'][0]['id']}")
    links = page.locator(".kin a", has_text=re.compile(r"DH\d{8}-\d{4}"))
    expect(links).to_have_count(5)
    page.locator(".kin").get_by_role("link", name="全部 →").first.click()
    page.wait_for_url(re.compile(r"/o/sales_order\?filter"))
    expect(page.locator("tbody tr").first).to_contain_text("杭州恒诚")
    assert page.locator("tbody tr").count() >= 6


# The grid


def test_a_sheet_is_pasted_with_codes_names_and_wide_digits(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{ORDER}/new")
    page.locator("#f-lines-0-product").focus()
    with page.expect_response("**/preview"):
        page.evaluate(PASTE, "SP-001\t\t\t１２\n橙汁\t\t\t3\nsp-005\t\t\t2\n")
    page.keyboard.press("Tab")
    expect(page.locator("#f-lines-0-product")).to_have_value("瓶装饮用水")
    expect(page.locator("#f-lines-1-price")).to_have_value("66.80")
    expect(page.locator("#f-lines-2-product")).to_have_value("黑巧克力 70%")
    expect(page.locator("#f-lines-0-quantity")).to_have_value("12")
    expect(page.locator(".totals .grand").last).to_have_text("¥ 1,398.40")


def test_the_other_fields_of_a_row_open_below_it_and_close_again(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(order(page, "0004"))
    button = page.get_by_role("button", name="第 1 行的更多字段")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#f-lines-0-note")).to_be_focused()
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#f-lines-0-note")).to_be_hidden()
    expect(page.locator("#f-lines-0-product")).to_be_focused()


def test_escape_restores_a_reference_whole(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(order(page, "0004"))
    cell, twin = page.locator("#f-lines-0-product"), page.locator("[name='lines.0.product~was']")
    before = cell.input_value(), twin.input_value()
    cell.fill("SP-005")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    assert cell.input_value() != before[0]
    page.keyboard.press("Escape")
    assert (cell.input_value(), twin.input_value()) == before


def test_an_order_of_three_hundred_lines_stays_quick(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{ORDER}/new")
    page.locator("#f-customer").fill("KH-001")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    asked: list[int] = []
    page.on("requestfinished", lambda each: asked.append(each.sizes()["requestBodySize"]) if "preview" in each.url else None)
    page.locator("#f-lines-0-product").focus()
    with page.expect_response("**/preview"):
        page.evaluate(PASTE, "\n".join(f"SP-00{at % 5 + 1}\t\t\t{at % 9 + 1}" for at in range(300)))
    expect(page.locator("[data-rows]")).to_have_text("300")
    expect(page.locator("#f-lines-299-price")).not_to_have_value("")
    page.wait_for_timeout(400)
    asked.clear()
    start = time.perf_counter()
    page.locator("#f-lines-150-quantity").fill("77")
    with page.expect_response("**/preview") as answered:
        pass
    expect(page.locator('[data-out="lines.150.amount"]')).to_have_text(re.compile(r"\d"))
    took = (time.perf_counter() - start) * 1000
    size = len(answered.value.body())
    print(f"300 lines: a cell to its total {took:.0f} ms with the pause; the answer has {size} bytes")  # noqa: T201
    assert len(asked) == 1 and asked[0] < 120_000 and size < 150_000


def test_a_column_that_cannot_be_changed_says_why(enter: Enter) -> None:
    page = enter("finance_reviewer")
    page.goto(order(page, "0004"))
    page.locator("[data-field=lines] header").hover()
    page.locator("[data-field=lines] header [data-why]").click()
    expect(page.get_by_role("dialog")).to_contain_text("商品")


# Drafts


def drafts(page: Any) -> list[str]:
    return [each for each in page.evaluate("Object.keys(localStorage)") if each.startswith("draft:")]


def test_a_draft_is_of_one_person_record_and_version_and_goes_on_save_and_sign_out(enter: Enter) -> None:
    page = enter("newcomer")
    address = order(page, "0016")
    page.goto(address)
    page.locator("#f-note").fill("写到一半")
    page.wait_for_timeout(1000)
    (kept,) = drafts(page)
    assert re.fullmatch(r"draft:新同事/sales_order/\d+/\d+", kept)
    saved(page)
    assert drafts(page) == []
    page.locator("#f-note").fill("又一半")
    page.wait_for_timeout(1000)
    assert drafts(page) != [kept] and len(drafts(page)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in**")
    assert drafts(page) == []


# Looks


@pytest.mark.parametrize("lang", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible_and_fits(enter: Enter, tmp_path: Path, lang: str, width: int) -> None:
    page = enter("business_manager", locale=lang, viewport={"width": width, "height": 844}, has_touch=width < 500)
    found = []
    product = page.request.get("/lookup/product?q=SP-004").json()["items"][0]["id"]
    for address in (order(page, "0006"), f"/o/product/{product}", "/notices"):
        page.goto(address)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{address} {theme}: {each}" for each in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{address}: {wide} px too wide"] if wide > 0 else []
    assert found == []
