"""The form and its line grid by keyboard: totals, messages, conflicts, drafts; and all of it without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

ORDER = "/o/sales_order/1"


def cell(page: Any, row: int, name: str) -> Any:
    return page.locator(f"#f-lines-{row}-{name}")


def test_totals_follow_while_one_types(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    cell(page, 0, "quantity").fill("10")
    expect(page.locator('[data-out="lines.0.amount"]')).to_have_text("365.00")
    expect(page.locator(".totals .grand").last).to_have_text("¥ 4,848.60")
    expect(page.get_by_text("未保存")).to_be_visible()


def test_a_value_is_written_as_the_server_reads_it_once_left(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    with page.expect_response("**/preview"):
        cell(page, 0, "price").fill("9.5")
    expect(cell(page, 0, "price")).to_have_value("9.5")
    cell(page, 0, "price").press("Tab")
    expect(cell(page, 0, "price")).to_have_value("9.50")
    with page.expect_response("**/preview"):
        page.locator("#f-deliver_by").fill("+3")
    page.locator("#f-deliver_by").blur()
    expect(page.locator("#f-deliver_by")).to_have_value("2026-11-27")


def test_a_field_comes_and_goes_with_another(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    expect(page.locator("#f-rush_reason")).to_be_visible()
    page.locator("#f-priority").select_option("normal")
    expect(page.locator("#f-rush_reason")).to_be_hidden()


def test_a_wrong_cell_says_so_where_it_is(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    cell(page, 2, "quantity").fill("-3")
    expect(page.locator("#e-f-lines-2-quantity")).to_have_text("数量须大于 0")
    expect(cell(page, 2, "quantity")).to_have_attribute("aria-invalid", "true")
    cell(page, 2, "quantity").fill("3")
    expect(cell(page, 2, "quantity")).not_to_have_attribute("aria-invalid", "true")


def test_the_grid_by_keyboard(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    cell(page, 0, "quantity").focus()
    page.keyboard.press("Enter")
    expect(cell(page, 1, "quantity")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0, "quantity")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+d")
    expect(cell(page, 1, "quantity")).to_have_value("40")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "quantity")).to_have_value("120")
    cell(page, 4, "quantity").focus()
    page.keyboard.press("Enter")
    expect(cell(page, 5, "product")).to_be_focused()
    expect(page.locator("[data-rows]")).to_have_text("6")
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#f-lines-5-remark")).to_be_focused()


def test_a_row_is_deleted_and_brought_back(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    cell(page, 1, "quantity").focus()
    page.keyboard.press("Alt+Backspace")
    expect(page.locator("tbody tr:not(.more)")).to_have_count(4)
    expect(page.locator(".totals .grand").last).not_to_have_text("¥ 5,954.40")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("tbody tr:not(.more)")).to_have_count(5)
    expect(cell(page, 1, "quantity")).to_have_value("120")
    rows = page.locator("tbody tr:not(.more)").evaluate_all("rows => rows.map(row => row.dataset.row)")
    assert rows == ["0", "1", "2", "3", "4"]


PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


def test_rows_are_pasted_from_a_sheet(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    cell(page, 3, "quantity").focus()
    page.evaluate(PASTE, "1\t2.00\t0\r\n3\t4.00\t5\r\n6\t7.00\t8\r\n")
    expect(cell(page, 5, "quantity")).to_have_value("6")
    expect(cell(page, 4, "price")).to_have_value("4.00")
    expect(page.locator("[data-rows]")).to_have_text("6")


def test_three_hundred_pasted_rows_are_one_question_to_the_server(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "preview" in request.url else None)
    cell(page, 0, "quantity").focus()
    rows = "\n".join(f"{at % 9 + 1}\t10.00\t0" for at in range(300))
    took = page.evaluate(
        f"(text) => {{ const start = performance.now(); ({PASTE})(text); return performance.now() - start; }}", rows
    )
    expect(page.locator("[data-rows]")).to_have_text("300")
    expect(page.locator('[data-out="lines.count"]')).to_have_text("300 行")
    print(f"pasting 300 rows took {took:.0f} ms")  # noqa: T201 - a time is told, never asserted
    assert len(asked) == 1


def test_pinyin_enter_stays_in_the_cell(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("")
    cell(page, 0, "product").focus()
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "luo", "selectionStart": 3, "selectionEnd": 3})
    enter = "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}"
    page.evaluate(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {enter}))")
    expect(cell(page, 0, "product")).to_be_focused()
    expect(page.locator("[data-rows]")).to_have_text("5")


def test_saving_goes_where_the_server_says(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("改一下")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/o/sales_order/1?said=saved")
    expect(page.get_by_role("status").first).to_be_visible()
    posted = page.request.get(base_url + "/posted").json()[-1]
    assert posted["do"] == "save"
    assert posted["_version"] == "4"
    assert posted["customer~was"] == "11 上海瑞禾机械有限公司"


def test_the_primary_step_by_keyboard(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("过")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/o/sales_order/1?said=saved")
    assert page.request.get(base_url + "/posted").json()[-1]["do"] == "step:finance_review"


def test_enter_in_a_field_sends_nothing(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-customer_number").press("Enter")
    expect(page.locator("#f-customer_number")).to_be_focused()
    assert page.url.endswith(ORDER)


def test_what_is_wrong_is_listed_on_top_and_jumps_to_its_field(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("wrong")
    page.keyboard.press("Control+s")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#faults h2")).to_have_text("还有 1 处需要修改")
    page.get_by_role("link", name="备注：请说明").click()
    expect(page.locator("#f-note")).to_be_focused()
    expect(page.locator("#e-f-note")).to_have_text("请说明")
    expect(page.locator("#record input[name=_key]")).to_have_value("next")


def test_a_stale_record_shows_both_values_and_loses_nothing(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("stale")
    page.keyboard.press("Control+s")
    expect(page.locator("#conflict")).to_be_focused()
    expect(page.get_by_role("cell", name="2026-12-08")).to_be_visible()
    expect(page.get_by_role("button", name="按所选保存")).to_be_visible()


def test_one_is_asked_before_unsaved_input_is_lost(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").click()
    page.keyboard.type("abc")
    expect(page.get_by_text("未保存")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(base_url + "/")
    assert asked == ["beforeunload"]


def test_unsaved_input_is_offered_again(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-note").fill("写到一半")
    cell(page, 4, "quantity").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(base_url + "/")
    page.goto(base_url + ORDER)
    page.get_by_role("button", name="恢复").click()
    expect(page.locator("#f-note")).to_have_value("写到一半")
    expect(page.locator("[data-rows]")).to_have_text("6")


def test_a_small_form_asks_before_an_act(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.get_by_role("button", name="退回").click()
    dialog = page.get_by_role("dialog", name="退回")
    expect(dialog.get_by_role("radio", name="订单审核")).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="退回").click()
    dialog.get_by_label("原因").fill("交期不对")
    dialog.get_by_role("button", name="退回").click()
    page.wait_for_url("**" + ORDER)
    posted = page.request.get(base_url + "/posted").json()[-1]
    assert (posted["do"], posted["_reason"], posted["_to"]) == ("back:finance_review", "交期不对", "order_review")


def test_a_refused_act_stands_there_with_its_reason(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    button = page.get_by_role("button", name="加急放行")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description("需要业务负责人办理；信用额度超出 ¥ 1,200.00")


@pytest.fixture
def plain(browser: Any, base_url: str) -> Any:
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_without_javascript_the_form_answers_with_errors_beside_the_fields(plain: Any) -> None:
    plain.goto(ORDER)
    plain.locator("#f-customer_number").press("Enter")
    expect(plain.locator("#faults h2")).to_have_text("还有 4 处需要修改")
    expect(plain.locator("#e-f-deliver_by")).to_have_text("请填写要求交期")


def test_without_javascript_an_act_has_a_page_of_its_own(plain: Any) -> None:
    plain.goto(ORDER)
    plain.get_by_role("button", name="退回").click()
    expect(plain.locator("h1")).to_have_text("退回")
    plain.get_by_label("原因").fill("不对")
    expect(plain.get_by_role("main").get_by_role("button", name="退回")).to_be_visible()
