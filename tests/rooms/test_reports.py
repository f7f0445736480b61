"""Reports: figures are what one works out by hand, exactly, on both databases; and nobody learns what he may not read."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from rooms.acts_kit import company, ok
from rooms.reports_kit import ENTITIES, PEOPLE, REPORTS, ROLES, WORKFLOWS

from ordinance import acts
from ordinance.acts import Query, Refused
from ordinance.reports import Answer, run, seen_reports
from ordinance.reports.dashboards import overview
from ordinance.reports.wording import Words
from ordinance.reports.writing import as_csv, as_json, as_xlsx

pytestmark = pytest.mark.anyio

CENT = Decimal("0.01")


@pytest.fixture
async def firm(tmp_path, database_url):
    made = {"entities": ENTITIES, "workflows": WORKFLOWS, "roles": ROLES, "people": PEOPLE}
    async with company(tmp_path, database_url, config__reports=REPORTS, **made) as opened:
        yield opened


async def ask(firm, id, name="boss", compare=False, **given):
    call = await firm.call(name)
    return await run(firm.house, call, id, {each.replace("__", "."): text for each, text in given.items()}, compare=compare)


async def answered(firm, id, name="boss", **given):
    answer = await ask(firm, id, name, **given)
    assert isinstance(answer, Answer), answer
    return answer


def table(answer):
    """Return the rows of an answer as texts of keys to plain figures."""
    return {tuple(key.text for key in row.keys): [cell.value for cell in row.cells] for row in answer.rows}


async def deal(firm, **values):
    lines = values.pop("lines", [{"quantity": "1"}])
    return ok(await firm.create("boss", "deal", {"region": "north", "kind": "x", "worth": "0", **values, "lines": lines}))


@pytest.fixture
async def books(firm):
    """Forty deals at random, with gaps, and the same as plain values."""
    chance = random.Random(7)
    for code, rank in (("B-1", "a"), ("B-2", "b"), ("B-3", None)):
        ok(await firm.create(None, "buyer", {"code": code, "name": f"Buyer {code}", "rank": rank}))
    rows = []
    for _ in range(40):
        row = {
            "buyer": chance.choice(["B-1", "B-2", "B-3", None]),
            "region": chance.choice(["north", "south", None]),
            "kind": chance.choice(["x", "y"]),
            "placed_on": (date(2026, 9, 1) + timedelta(days=chance.randrange(90))).isoformat(),
            "urgent": chance.random() < 0.5,
            "worth": str(Decimal(chance.randrange(-500, 10**6)) * CENT),
            "margin": chance.choice([None, str(Decimal(chance.randrange(1, 10**5)) * CENT)]),
            "score": chance.randrange(10),
        }
        rows.append(row)
        await deal(firm, **row)
    return rows


def by(rows, *keys):
    found = defaultdict(list)
    for row in rows:
        found[tuple(key(row) for key in keys)].append(row)
    return found


def worth(rows):
    return sum((Decimal(each["worth"]) for each in rows), Decimal(0))


@pytest.mark.requirement("Q-01", "Q-02")
async def test_figures_are_what_one_works_out_by_hand(firm, books):
    answer = await answered(firm, "by_region")
    found = table(answer)
    total = worth(books)
    for (region,), rows in by(books, lambda row: row["region"]).items():
        deals, amount, mean, least, most, share, gained, rate = found[(region or "Not filled in",)]
        assert deals == len(rows)
        assert amount == worth(rows)
        assert mean == (worth(rows) / len(rows)).quantize(CENT, ROUND_HALF_UP)
        assert least == min(Decimal(each["worth"]) for each in rows)
        assert most == max(each["score"] for each in rows)
        assert share == (worth(rows) * 100 / total).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert gained == sum((Decimal(each["margin"]) for each in rows if each["margin"]), Decimal(0))
        assert rate == (gained * 100 / amount).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert sum(each[0] for each in found.values()) == answer.total.cells[0].value == 40
    assert answer.total.cells[1].value == total
    assert list(found)[-1] == ("Not filled in",)
    assert not any(isinstance(cell.value, float) for row in answer.rows for cell in row.cells)


async def test_two_groups_have_subtotals_and_conditions_of_their_own(firm, books):
    answer = await answered(firm, "by_month")
    months = by(books, lambda row: row["placed_on"][:7], lambda row: row["kind"])
    assert [row.keys[0].text for row in answer.rows] == sorted(row.keys[0].text for row in answer.rows)
    for (month, kind), rows in months.items():
        deals, amount, urgent = table(answer)[month, kind.upper()]
        assert (deals, amount) == (len(rows), worth(rows))
        assert urgent == worth([each for each in rows if each["urgent"]])
    for start, row in answer.subtotals.items():
        assert row.cells[0].value == sum(
            1 for each in books if each["placed_on"][:7] == start.isoformat()[:7]
        )


async def test_parameters_narrow_and_every_row_leads_to_the_list_behind_it(firm, books):
    answer = await answered(firm, "by_region", placed_on="2026-09-15..2026-10-31", kind="x")
    inside = [each for each in books if each["kind"] == "x" and "2026-09-15" <= each["placed_on"] <= "2026-10-31"]
    assert answer.total.cells[0].value == len(inside)
    call = await firm.call("boss")
    for row in (*answer.rows, answer.total):
        page = await acts.listing(firm.house, call, "deal", Query(filter=row.behind, count=True))
        assert page.count == row.cells[0].value, row.behind
    assert (await answered(firm, "by_region", buyer="B-1")).total.cells[0].value == sum(
        each["buyer"] == "B-1" for each in books
    )
    assert (await answered(firm, "by_region", buyer="nobody")).total.cells[0].value == 0


@pytest.mark.parametrize(
    "given", [{"placed_on": "soon"}, {"kind": "z"}, {"sort": "-nothing"}, {"nothing": "x"}, {"placed_on": "2026-13-01"}]
)
async def test_what_is_asked_wrongly_is_named(firm, given):
    answer = await ask(firm, "by_region", **given)
    assert isinstance(answer, Refused)
    assert answer.kind == "bad_request"
    assert {each.where for each in answer.reasons} == set(given)


async def test_days_without_anything_are_nought_and_stand_beside_the_period_before(firm):
    for day, amount in (("2026-11-16", "10"), ("2026-11-17", "20"), ("2026-11-24", "5")):
        await deal(firm, placed_on=day, worth=amount)
    found = table(await answered(firm, "by_day"))  # today is Tuesday, the 24th
    assert found == {
        ("2026-11-23",): [0, Decimal(0), Decimal(0), Decimal(10), Decimal(-100)],
        ("2026-11-24",): [1, Decimal(5), Decimal(5), Decimal(20), Decimal(-75)],
    }
    whole = await answered(firm, "by_day", placed_on="2026-11-16..2026-11-17")
    assert [cell.value for cell in whole.total.cells] == [2, Decimal(30), Decimal(30), Decimal(0), None]


async def test_an_instant_belongs_to_the_day_of_the_company(firm):
    for at in ("2026-11-23T15:59:59.5Z", "2026-11-23T16:00:00Z", "2026-11-24T15:59:59Z"):
        await deal(firm, placed_at=at)
    answer = await answered(firm, "by_local_day", placed_at="2026-11-23..2026-11-24")
    assert table(answer) == {("2026-11-23",): [1], ("2026-11-24",): [2]}
    assert table(await answered(firm, "by_local_day", placed_at="2026-11-24")) == {("2026-11-24",): [2]}


async def test_beyond_the_limit_the_rest_is_one_row_and_the_total_stays(firm, books):
    answer = await answered(firm, "by_buyer")
    names = [row.keys[0].text for row in answer.rows]
    assert (len(names), names[-1]) == (3, "Others")
    assert [row.keys[0].is_others for row in answer.rows] == [False, False, True]
    assert answer.rows[-1].behind is None
    assert sum(row.cells[1].value for row in answer.rows) == answer.total.cells[1].value == worth(books)
    assert answer.rows[0].cells[1].value >= answer.rows[1].cells[1].value


async def test_pieces_are_never_added_to_litres(firm):
    for code in ("box", "litre"):
        ok(await firm.create(None, "measure", {"code": code}))
    await deal(firm, region="north", lines=[{"unit": "box", "quantity": "2"}, {"unit": "box", "quantity": "3"}])
    await deal(firm, region="south", lines=[{"unit": "box", "quantity": "1"}, {"unit": "litre", "quantity": "1.5"}])
    answer = await answered(firm, "by_unit")
    north, south = (row.cells[0] for row in answer.rows)
    assert (north.value, north.mixed) == (Decimal(5), False)
    assert (south.value, south.mixed, answer.total.cells[0].mixed) == (None, True, True)
    words = Words(firm.house.force, await firm.call("boss"), answer.report)
    async with firm.house.database.work(write=False) as work:
        await words.look_up_chosen(work, answer)
    assert as_json(answer, words)["rows"][0]["measured"] == {"pieces": "box"}
    assert as_json(answer, words)["rows"][1]["mixed"] == ["pieces"]
    assert "Several units" in as_csv(answer, words)


async def test_great_sums_are_exact(firm):
    for _ in range(12):
        await deal(firm, worth="9999999999999999.99")
    answer = await answered(firm, "by_region")
    assert answer.total.cells[1].value == Decimal("9999999999999999.99") * 12
    assert answer.total.cells[2].value == Decimal("9999999999999999.99")


@pytest.mark.requirement("Q-14", "Q-16")
async def test_time_at_each_step_and_what_was_sent_back(firm):
    made = await deal(firm)
    firm.later("2h")
    ok(await firm.step("boss", made, "judge"))
    firm.later("30min")
    other = await deal(firm)
    firm.later("4h")
    ok(await firm.back("boss", other, "judge"))
    found = table(await answered(firm, "stays"))
    assert found[("Ask",)][:2] == [2, 0]
    assert found[("Judge",)] == [1, 1, Decimal(3 * 3600), Decimal(6 * 3600), Decimal("6.00")]
    words = Words(firm.house.force, await firm.call("boss"), firm.house.blueprint.reports["stays"])
    assert words.span(3 * 3600) == "3 h 0 min"
    assert words.span(26 * 3600) == "1 d 2 h"


async def test_what_waits_is_counted_at_its_step(firm):
    for _ in range(3):
        await deal(firm, worth="2")
    answer = await answered(firm, "at_steps")
    assert table(answer) == {("Judge",): [3, Decimal(6)]}
    assert answer.rows[0].step == "judge"


# Rights


@pytest.mark.parametrize("name", PEOPLE.split())
async def test_nobody_counts_what_he_may_not_read(firm, books, name):
    """Role by report: what is counted is what the list shows; a hidden value moves no figure, and no key is one."""
    call = await firm.call(name)
    listed = await acts.listing(firm.house, call, "deal", Query(limit=200))
    visible = [] if isinstance(listed, Refused) else list(listed.items)
    hidden = {"clerk": ["margin"], "masked": ["margin", "region"]}.get(name, [])
    for id, report in firm.house.blueprint.reports.items():
        answer = await run(firm.house, call, id)
        is_seen = any(each.id == id for each in seen_reports(firm.house.force, call))
        assert is_seen == isinstance(answer, Answer), (id, answer)
        if isinstance(answer, Refused):
            assert answer.kind == "not_allowed"
            continue
        if report.of != "deal":
            continue
        assert visible
        if not report.each and not report.lines and not report.where and not report.period:
            assert answer.total.cells[answer.at_column("deals")].value == len(visible), id
        assert not {each.id for each in answer.columns} & ({"gained", "rate"} if "margin" in hidden else set())
        if "region" in hidden:
            assert "region" not in {group.id.split(".")[-1] for group in report.groups}


async def test_a_column_of_a_hidden_field_is_left_out_with_a_word(firm, books):
    answer = await answered(firm, "by_region", "clerk")
    assert [each.id for each in answer.columns] == ["deals", "worth", "mean", "least", "most", "share"]
    assert answer.left_out == ("Margin", "rate")
    assert {row.keys[0].text for row in answer.rows} == {"north"}


async def test_a_report_over_a_hidden_field_is_refused(firm, books):
    for id, name in (("by_margin", "clerk"), ("by_region", "masked"), ("by_margin", "masked")):
        answer = await ask(firm, id, name)
        assert isinstance(answer, Refused)
        assert [each.code for each in answer.reasons] == ["report_hidden"]


async def test_a_field_behind_a_reference_is_for_those_who_read_every_such_record(firm, books):
    assert isinstance(await ask(firm, "by_rank", "boss"), Answer)
    assert isinstance(await ask(firm, "by_rank", "narrow"), Refused)
    assert isinstance(await ask(firm, "by_rank", "masked"), Refused)


async def test_a_parameter_on_a_hidden_field_is_none(firm, books):
    reports = firm.house.blueprint.reports
    assert "kind" in reports["by_region"].parameters
    answer = await ask(firm, "by_month", "masked", region="north")
    assert [each.code for each in answer.reasons] == ["unknown_parameter"]


async def test_by_names_who_sees_it_and_nobody_else(firm, books):
    assert isinstance(await ask(firm, "for_named", "named"), Answer)
    assert isinstance(await ask(firm, "by_region", "named"), Refused)
    assert isinstance(await ask(firm, "for_named", "boss"), Refused)


@pytest.mark.requirement("Q-08", "Q-19")
async def test_a_dashboard_has_the_tiles_one_may_see(firm, books):
    async def tiles(name):
        sections = await overview(firm.house, await firm.call(name))
        return {each.id: [shown.tile.id for shown in each.tiles] for each in sections if each.id in ("all", "boss")}

    assert await tiles("boss") == {"all": ["work", "worth", "gained"], "boss": ["months"]}
    assert await tiles("clerk") == {"all": ["work", "worth"]}
    assert await tiles("named") == {"all": ["work"]}
    sections = await overview(firm.house, await firm.call("boss"))
    standing = next(each for each in sections if each.id == "all").tiles[0].standing
    assert (standing.waiting, standing.overdue) == (40, 0)


async def test_files_carry_every_digit_and_no_formula(firm):
    await deal(firm, region="=1+1", worth="1234567.80")
    answer = await answered(firm, "by_region")
    words = Words(firm.house.force, await firm.call("boss"), answer.report)
    text = as_csv(answer, words)
    assert "'=1+1" in text
    assert "1234567.80" in text
    assert text.splitlines()[0].startswith("Region,Count,Worth (CNY)")
    assert as_xlsx(answer, words)[:2] == b"PK"
    assert as_json(answer, words)["total"]["values"]["worth"] == "1234567.80"


async def test_too_many_groups_are_refused(firm, books, monkeypatch):
    monkeypatch.setattr("ordinance.reports.running.GROUPS_MAX", 2)
    answer = await ask(firm, "by_month")
    assert [each.code for each in answer.reasons] == ["too_many_groups"]


def test_the_company_of_the_tests_is_where_days_begin_at_sixteen():
    assert datetime(2026, 11, 23, 16, tzinfo=UTC) + timedelta(hours=8) == datetime(2026, 11, 24, tzinfo=UTC)
