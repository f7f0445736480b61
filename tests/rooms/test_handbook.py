"""Handbooks: what each role does, in both languages, and what differs between two revisions on one page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import accumulate

import pytest
from rooms.drawing_kit import AFTER, ROLES, SITES, blueprint_of, company_of, same_as_golden
from rooms.drawing_kit import ROOT as SITE

from ordinance.access import Actor
from ordinance.commands import main
from ordinance.drawing.vocabulary import SAY as DRAWN
from ordinance.handbook import (
    HANDBOOK,
    Writer,
    body_html,
    handbook,
    markdown,
    notice,
    notice_html,
    notice_page,
    page_html,
)
from ordinance.handbook.vocabulary import SAY
from ordinance.problems import Text

VOID = {"meta", "br"}
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    return company_of(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    roles = ROLES.replace("job: [read, export], account: [read]", "job: [read], account: [read]")
    roles = roles.replace(
        "worker: {label", "helper: {label: {zh: 助手, en: Helper}, may: [job_view]}\n  worker: {label"
    )
    return company_of(tmp_path_factory.mktemp("later"), AFTER, **{"roles.yaml": roles})


class Balanced(HTMLParser):
    """Reads HTML and fails on a tag that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        assert not any(name == "style" or name.startswith("on") for name, _ in attrs), attrs

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def is_html(text):
    reader = Balanced()
    reader.feed(text)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    steps = [after - before for before, after in zip(reader.headings, reader.headings[1:], strict=False)]
    assert all(each <= 1 for each in steps), reader.headings
    return text


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("site", SITES, ids=lambda each: each.name)
def test_every_role_of_every_site_has_a_handbook(site, locale):
    blueprint = blueprint_of(site)
    writer = Writer(blueprint, locale)
    for role in blueprint.roles:
        book = writer.of(role)
        is_html(page_html(book))
        assert markdown(book).startswith(f"# {'' if locale == 'zh' else 'Handbook: '}{book.label}")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_handbook_of_a_role_is_what_it_always_was(rich, locale):
    for role in ("clerk", "boss"):
        book = replace(handbook(rich, role, locale), revision="abc")
        same_as_golden(f"handbook/{role}.{locale}.md", markdown(book))


def facts(book, chapter, step):
    sections = next(each for each in book.chapters if each.id == chapter)
    found = next(each for each in (*sections.steps, *sections.lanes) if each.id == step)
    return {each.key: each.items for each in found.facts}, found


def test_a_step_says_what_is_asked_what_follows_and_who_waits(rich):
    book = handbook(rich, "clerk", "en")
    write, section = facts(book, "job", "write")
    assert section.instruction == "Ask the customer first."
    assert write["comes_from"] == ("it begins with you",)
    assert write["asks"] == ("Subject", "Parts (Product, Pieces)")
    assert write["goes_to"] == ("Approve (Boss), for some documents", "Pack (Worker)", "Book a lorry (Clerk)")
    assert write["comes_back"] == ("First look", "Approve", "Release")
    _, section = facts(book, "job", "check")
    assert section.is_off
    pack, _ = facts(book, "job", "book")
    assert pack["comes_from"] == ("Approve (Boss), for some documents", "Write (Clerk)")
    assert pack["goes_to"] == ("Release (Boss), for some documents", "Send (Worker)")
    stop, _ = facts(book, "job", "stop")
    assert (stop["from"], stop["ends"], stop["alike"]) == (("until Send is passed",), ("ends: Called off",), ("Boss",))
    change, _ = facts(book, "job", "change")
    assert change["goes_to"] == ("Customer agrees (Boss)",)
    assert book.apart == ("Writing and approving apart",)


def test_a_step_says_its_checks_conditions_and_times_in_words(rich):
    book = handbook(rich, "boss", "zh")
    approve, _ = facts(book, "job", "approve")
    assert approve["when"] == ("仅当金额 ≥ 1000 且 类别是“特殊”",)
    assert approve["checks"] == ("件数须大于 0（要求：每一条部件都满足：件数 > 0）",)
    assert approve["due"] == ("2 个工作日内",)
    assert approve["back"] == ("填写",)
    assert approve["opinion"] == ("总要写明",)
    assert approve["basis"] == ("采购制度第 5 条",)
    inner, section = facts(book, "job", "agree")
    assert section.label == "变更 · 客户同意"
    assert inner["comes_from"] == ("变更",) and inner["goes_to"] == ("回到填写",)


def test_the_last_step_says_how_the_process_ends():
    book = handbook(blueprint_of(SITE), "customer", "en")
    receive, _ = facts(book, "sales_order", "receive")
    assert receive["goes_to"] == ("the process ends: Completed",)
    assert "create Order" in book.may


def test_a_role_that_does_no_step_hears_what_it_may_do():
    page = is_html(body_html(handbook(blueprint_of(SITE), "system_administrator", "en")))
    assert "View orders" in page


def test_the_steps_of_the_role_are_marked_in_its_drawing(rich):
    page = body_html(handbook(rich, "worker", "en"))
    assert len(re.findall(r'class="step mine"', page)) == 2 * 2


def test_markup_in_a_label_stays_text(rich):
    flow = rich.workflows["job"]
    label = Text(HOSTILE, HOSTILE)
    hostile = replace(
        rich, workflows={"job": replace(flow, label=label, steps=tuple(replace(each, label=label, help=label) for each in flow.steps))}
    )  # fmt: skip
    for page in (page_html(handbook(hostile, "clerk", "en")), notice_page(notice(rich, hostile, "en"))):
        assert "<script" not in is_html(page)


# Two revisions


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_page_for_the_wall_is_what_it_always_was(rich, later, locale):
    told = notice(rich, later, locale)
    page = is_html(notice_html(replace(told, old="before", new="after"), "2026-12-01"))
    same_as_golden(
        f"handbook/changes.{locale}.html",
        re.sub(r"<svg.*?</svg>", "<svg/>", page, flags=re.S).replace("><", ">\n<") + "\n",
    )


def test_everybody_is_told_what_changes_for_them(rich, later):
    told = dict(notice(rich, later, "en").roles)
    assert told == {
        "Clerk": (
            "Back: does “First look” again (Job order)",
            "No longer does “Book a lorry” (Job order)",
        ),
        "Boss": (
            "“Approve” is done differently: Only for (Job order)",
            "No longer does “Release” (Job order)",
            "May no longer: export Job",
        ),
        "Helper": ("New role", "May now: View jobs"),
    }


def test_the_same_revision_twice_changes_nothing(rich):
    told = notice(rich, rich, "en")
    assert (told.flows, told.roles) == ((), ())
    assert "Nothing about the processes changes." in notice_html(told)


def test_a_process_that_came_or_went_is_named(rich):
    without = replace(rich, workflows={id: each for id, each in rich.workflows.items() if id != "job"})
    assert [(each.id, each.kind) for each in notice(without, rich, "en").flows] == [("job", "flow_added")]
    gone = notice(rich, without, "en")
    assert [(each.id, each.kind, each.picture) for each in gone.flows] == [("job", "flow_removed", None)]
    assert "process withdrawn" in is_html(notice_page(gone))


# Words and style


@pytest.mark.parametrize("words", [SAY, DRAWN], ids=["handbook", "drawing"])
def test_both_languages_say_everything_with_the_same_values(words):
    for key, (zh, en) in words.items():
        assert zh.strip() and en.strip(), key
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key


def test_every_word_is_used():
    sources = [
        path.read_text("utf-8")
        for folder in ("drawing", "handbook", "web/ui")
        for path in (SITE / "core" / "ordinance" / folder).rglob("*.py")
        if path.name != "vocabulary.py"
    ]
    text = "\n".join(sources)
    made = ("aspect_", "engine_", "opinion_", "gather_", "count", "rule_", "and", "or")
    unused = [
        key
        for key in {**SAY, **DRAWN}
        if f'"{key}"' not in text and not key.startswith(made) and not key.endswith("_words")
    ]
    assert unused == []


def test_the_style_of_a_handbook_speaks_of_handbooks_alone():
    """All of it stands inside one rule, as deep as it nests."""
    assert HANDBOOK.strip().startswith(".handbook {")
    depths = list(accumulate({"{": 1, "}": -1}[brace] for brace in re.findall("[{}]", HANDBOOK)))
    assert depths.count(0) == 1 and depths[-1] == 0


# The page and the command


def test_a_person_reads_its_own_handbooks_and_the_administrator_all(rich):
    from ordinance.access import Rights
    from ordinance.acts.house import Force
    from ordinance.web.ui.views.handbook import roles_for

    blueprint = blueprint_of(SITE)
    force = Force(blueprint, Rights(blueprint), None, None, None)
    assert roles_for(force, Actor(1, "a", ("shipper",))) == ("shipper",)
    assert roles_for(force, Actor(1, "a", ())) == ()
    every = roles_for(force, Actor(1, "a", ("system_administrator",)))
    assert every[0] == "system_administrator" and set(every) >= {"shipper", "customer"}


def test_the_command_writes_one_handbook_or_all(capsys, tmp_path):
    assert main(["handbook", "--role", "shipper", "--site", str(SITE), "--locale", "en"]) == 0
    is_html(capsys.readouterr().out)
    out = tmp_path / "books"
    assert main(["handbook", "--all", "--site", str(SITE), "--format", "markdown", "--out", str(out)]) == 0
    people = {each.id for each in blueprint_of(SITE).roles.values() if each.kind == "person"} - {"everyone"}
    assert {each.stem for each in out.iterdir()} == people
    assert main(["handbook", "--all", "--site", str(SITE)]) == 2
    assert "--out DIR" in capsys.readouterr().err
    assert main(["handbook", "--role", "nobody", "--site", str(SITE)]) == 2
    assert "there is no role nobody" in capsys.readouterr().err


def test_the_command_compares_two_folders(capsys, tmp_path):
    counting = str(SITE / "tests" / "sites" / "counting")
    words = [
        "handbook",
        "--compare",
        counting,
        str(SITE),
        "--site",
        str(SITE),
        "--starts",
        "2026-12-01",
        "--locale",
        "en",
    ]
    assert main(words) == 0
    page = is_html(capsys.readouterr().out)
    assert "In force from 2026-12-01" in page
    assert main(["handbook", "--compare", str(tmp_path), counting, "--site", str(SITE)]) == 2
    assert "a folder of a site is needed" in capsys.readouterr().err


def test_the_command_compares_revisions_by_their_hash(capsys, tmp_path, database_url):
    counting = str(SITE / "tests" / "sites" / "counting")
    digest = blueprint_of(SITE).revision
    base = ["--site", str(SITE), "--database", database_url, "--locale", "en"]
    # The first thing that opens a site records its revision.
    assert main(["log", "--format", "xes", "--out", str(tmp_path / "log.xes"), *base]) == 0
    capsys.readouterr()
    assert main(["handbook", *base, "--compare", digest[:12], counting]) == 0
    assert digest[:12] in is_html(capsys.readouterr().out)
    assert main(["handbook", *base, "--compare", "0" * 12, counting]) == 2
    assert "there is no such revision" in capsys.readouterr().err
    assert main(["handbook", *base, "--compare", "ab", counting]) == 2
