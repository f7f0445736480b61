"""The pages of lists, boards and calendars over HTTP, without a script: paging, figures, many at once, kept views."""

from __future__ import annotations

import re

import pytest
from rooms.lists_kit import desk, shared_url
from rooms.test_ui_pages import token

pytestmark = pytest.mark.anyio
__all__ = ["desk", "shared_url"]

LIST = "/o/sales_order"


async def page(desk, address, who="order_reviewer", **more):
    return await (await desk.seated(who)).get(address, **more)


async def sent(desk, address, who="order_reviewer", **form):
    browser = await desk.seated(who)
    form["_csrf"] = token(await browser.get(LIST))
    return await browser.post(address, data=form)


async def test_empty_parts_and_days_in_a_hurry_lead_to_a_clean_address(desk):
    answer = await page(desk, f"{LIST}?search=&filter[deliver_by][gte]=%2B1&sort=total")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{LIST}?filter%5Bdeliver_by%5D%5Bgte%5D=2026-11-25&sort=total"


async def test_pages_go_forth_and_back_and_say_where_they_are(desk):
    first = await page(desk, LIST)
    assert "第 1–50 条，共 60 条" in first.text
    assert 'rel="prev"' not in first.text
    onward = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = await page(desk, onward)
    assert "第 51–60 条，共 60 条" in second.text
    assert 'data-total="total">1,800.00</td>' in second.text
    back = re.search(r'href="([^"]+)" rel="prev"', second.text)[1].replace("&amp;", "&")
    again = await page(desk, back)
    assert "第 1–50 条" in again.text
    picks = [re.findall(r'name="pick" value="(\d+)"', each.text) for each in (first, again)]
    assert picks[0] == picks[1]
    wrong = await page(desk, f"{LIST}?cursor=nonsense")
    assert wrong.status_code == 400


async def test_who_may_not_read_customers_does_not_sort_by_their_names(desk):
    assert "sort=customer" in (await page(desk, LIST)).text
    answer = await page(desk, LIST, who="warehouse_keeper")
    assert answer.status_code == 200
    assert "sort=customer" not in answer.text
    assert (await page(desk, f"{LIST}?sort=customer", who="warehouse_keeper")).status_code == 200


async def test_the_foot_adds_up_every_row_that_matches_and_not_the_page(desk):
    answer = await page(desk, f"{LIST}?sort=total")
    assert 'data-total="total">1,800.00</td>' in answer.text
    one = await page(desk, f"{LIST}?filter[total][gte]=50")
    assert 'data-total="total">600.00</td>' in one.text


async def test_the_figures_of_a_long_list_come_by_themselves(desk):
    told = (await page(desk, f"{LIST}/figures?filter[total][gte]=50")).json()
    assert told["count"] == "12"
    assert told["totals"] == {"total": "600.00"}
    assert told["tabs"]["list-all"] == "60"
    assert told["tabs"]["list-urgent"] == "0"
    assert int(told["tabs"]["overdue"]) == 28
    assert told["all"] == ""
    assert (await page(desk, f"{LIST}/figures")).json()["all"] == "60"


async def test_all_that_match_are_asked_about_first_and_named_one_by_one(desk):
    answer = await sent(desk, f"{LIST}/bulk", do="step:order_review", all="1", query="filter[total][gte]=50", back=LIST)
    assert answer.status_code == 200
    assert "对 12 条单据执行" not in answer.text  # nothing is asked and they are few: it is done
    assert "12 条通过。" in answer.text
    answer = await sent(desk, f"{LIST}/bulk", do="step:order_review", all="1", query="", back=LIST)
    assert "对 60 条单据执行“订单审核”" in answer.text
    ids = re.search(r'name="ids" value="([\d,]+)"', answer.text)[1].split(",")
    assert len(set(ids)) == 60


async def test_a_script_gets_what_became_of_each_and_sends_them_in_parts(desk):
    ids = [str(each) for each in desk.ids["orders"][:3]]
    browser = await desk.seated("order_reviewer")
    form = {"_csrf": token(await browser.get(LIST)), "_key": "k-1", "do": "step:order_review", "go": "1"}
    json = {"accept": "application/json"}
    first = await browser.post(f"{LIST}/bulk", data={**form, "ids": ids[0]}, headers=json)
    both = await browser.post(f"{LIST}/bulk", data={**form, "ids": ",".join(ids)}, headers=json)
    assert [each["ok"] for each in first.json()["results"]] == [True]
    assert [each["ok"] for each in both.json()["results"]] == [True, True, True]
    assert both.json()["results"][0]["title"].startswith("DH")
    assert both.json()["results"][0]["href"] == f"{LIST}/{ids[0]}"


async def test_what_must_be_given_is_asked_again_with_what_was_typed(desk):
    id = str(desk.ids["orders"][-1])
    answer = await sent(desk, f"{LIST}/bulk", do="back:order_review", ids=id, go="1", _reason=" ", to="submit")
    assert answer.status_code == 422
    assert "请填写原因" in answer.text
    form = await page(desk, f"{LIST}/bulk?do=lane:cancel&pick={id}", who="business_manager")
    assert 'name="v.cancel_reason"' in form.text
    done = await sent(
        desk, f"{LIST}/bulk", who="business_manager", do="lane:cancel", ids=id, go="1", **{"v.cancel_reason": "twice"}
    )
    assert "1 条通过。" in done.text


@pytest.mark.parametrize("do", ["step:finance_review", "lane:cancel", "step:nope", "wat", ""])
async def test_what_one_may_not_do_to_one_one_may_not_do_to_many(desk, do):
    answer = await sent(desk, f"{LIST}/bulk", do=do, ids="1", go="1")
    assert answer.status_code == 404


async def test_too_many_at_once_and_none_at_all(desk):
    ids = ",".join(str(each) for each in range(1, 1100))
    assert (await sent(desk, f"{LIST}/bulk", do="step:order_review", ids=ids, go="1")).status_code == 422
    none = await sent(desk, f"{LIST}/bulk", do="step:order_review")
    assert "没有选中任何单据" in none.text


async def test_what_is_ticked_is_exported_with_the_columns_of_the_list(desk):
    ids = [str(each) for each in desk.ids["orders"][:2]]
    answer = await sent(desk, f"{LIST}/bulk", do="export:csv", pick=ids, query="columns=number&columns=total&search=zz")
    assert answer.status_code == 303
    there = await page(desk, answer.headers["location"])
    lines = there.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "单号,订单金额"
    assert len(lines) == 3
    workbook = await page(desk, f"{LIST}/export?format=xlsx&columns=number")
    assert workbook.content[:2] == b"PK"


async def test_a_view_is_kept_by_a_form_and_only_an_administrator_keeps_one_for_a_role(desk):
    query = "filter[total][gte]=50&cursor=zz&columns=number"
    kept = await sent(desk, f"{LIST}/views", do="keep", label="Big", query=query)
    where = kept.headers["location"]
    assert kept.status_code == 303 and "saved=" in where and "cursor" not in where
    assert "Big" in (await page(desk, where)).text
    no = await sent(desk, f"{LIST}/views", do="keep", label="Big", query=query, role="order_reviewer")
    assert no.status_code == 403
    yes = await sent(desk, f"{LIST}/views", who="system_administrator", do="keep", label="All of us", query="", role="everyone")
    assert yes.status_code == 303
    assert "All of us" in (await page(desk, LIST)).text
    id = re.search(r"saved=(\d+)", where)[1]
    for who in ("warehouse_keeper", "system_administrator"):
        assert (await sent(desk, f"{LIST}/views", who=who, do="delete", id=id)).status_code == 404
    gone = await sent(desk, f"{LIST}/views", do="delete", id=id, query=query)
    assert gone.status_code == 303 and "saved" not in gone.headers["location"]
    assert (await sent(desk, f"{LIST}/views", do="nope", id=id)).status_code == 404
    assert (await sent(desk, f"{LIST}/views", do="keep", label=" ", query=query)).status_code == 422


async def test_board_and_calendar_of_what_has_none_are_not_there(desk):
    assert (await page(desk, "/o/customer/board")).status_code == 404
    assert (await page(desk, "/o/customer/calendar")).status_code == 404
    assert (await page(desk, "/o/nothing/board")).status_code == 404
    assert (await page(desk, "/o/account/board")).status_code == 403


async def test_the_board_counts_and_adds_up_each_column_and_shows_twenty(desk):
    answer = await page(desk, f"{LIST}/board")
    column = answer.text.split('data-lane="order_review"')[1].split("</section>")[0]
    shown = int(re.search(r"<small>(\d+)</small>", column)[1])
    assert shown > 20
    assert column.count('class="job"') == 20
    assert f"另有 {shown - 20} 条" in column
    assert "¥" in column.split("<ol>")[0]
    keeper = await page(desk, f"{LIST}/board", who="warehouse_keeper")
    assert "data-move=" not in keeper.text


async def test_the_calendar_puts_each_on_its_day_and_says_what_is_late(desk):
    answer = await page(desk, f"{LIST}/calendar?month=2026-11")
    day = answer.text.split('data-day="2026-11-20"')[1].split("</td>")[0]
    assert day.count("逾期") == 3
    assert "另有" in day
    today = answer.text.split('data-day="2026-11-24"')[1].split("</td>")[0]
    assert "今天" in today and "逾期" not in today
    week = await page(desk, f"{LIST}/calendar?week=2026-11-20&by=deliver_by")
    assert week.text.count("data-day=") == 7
    assert 'data-day="2026-11-16"' in week.text


async def test_a_record_knows_its_neighbours_in_the_list_it_came_from(desk):
    listed = await page(desk, f"{LIST}?sort=number&filter[total][gte]=50")
    first = re.search(r'<a class="key" href="([^"]+)"', listed.text)[1].replace("&amp;", "&")
    record = await page(desk, first)
    assert 'rel="prev"' not in record.text
    onward = re.search(r'href="([^"]+)" rel="next"', record.text)[1].replace("&amp;", "&")
    second = await page(desk, onward)
    assert 'data-alt="ArrowLeft"' in second.text
    assert 'action="' + onward.replace("&", "&amp;").split("?")[0] in second.text
    alone = await page(desk, first.split("?")[0])
    assert "data-alt" not in alone.text
    for odd in ("at=x", "at=99999", "from=%00&at=1", "from=cursor%3Dzz&at=0"):
        assert (await page(desk, f"{first.split('?')[0]}?{odd}")).status_code == 200
