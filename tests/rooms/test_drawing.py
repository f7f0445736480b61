"""Drawings: SVG, Mermaid and BPMN of every workflow, and one process that has everything held against golden files.

BPMN is validated against the schemas of the OMG where a package brings them (see `schemas`); what they cannot say (every
node has a shape, every flow an edge that runs from its source to its target) is checked everywhere.
"""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rooms.drawing_kit import AFTER, blueprint_of, company_of, every_workflow, names, same_as_golden
from rooms.drawing_kit import ROOT as SITE

from ordinance.commands import main
from ordinance.drawing import Names, bpmn, condition_words, differences, mermaid, outline, paint, picture_of, svg
from ordinance.drawing.measure import cut, width, wrap
from ordinance.drawing.spans import span_words
from ordinance.drawing.style import STYLE, TOKENS, style_alone
from ordinance.expressions import Catalogue, Choice, Scope, Span, compile_expression
from ordinance.problems import Text
from ordinance.process.model import LaneState, ProcessState, Settled

SVG = "{http://www.w3.org/2000/svg}"
EVERY = every_workflow()
LAYOUTS = ("wide", "tall", "slim")
HOSTILE = '<script>alert("x")</script>"]&\x07 --> end'


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    return company_of(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    return company_of(tmp_path_factory.mktemp("later"), AFTER)


# Every workflow


@pytest.mark.parametrize(("name", "workflow", "blueprint"), EVERY, ids=[each[0] for each in EVERY])
def test_every_workflow_draws(name, workflow, blueprint):
    for locale in ("zh", "en"):
        known = Names(locale, blueprint)
        for layout in LAYOUTS:
            root = drawn(svg(workflow, locale=locale, names=known, layout=layout))
            assert len(steps(root)) == len(workflow.steps) + sum(len(lane.steps) for lane in workflow.lanes.values())
            keeps_to_its_page(root)
        diagram = bpmn(workflow, locale, known)
        is_sound_bpmn(diagram)
        is_mermaid(mermaid(workflow, locale, known))
        assert drawn(svg(workflow, locale=locale, names=known, alone=True)).find(f"{SVG}style") is not None


def drawn(text):
    """Read an SVG and hold it to what every page demands: no style attribute, no script, ids once, title and words."""
    assert not re.search(r"\sstyle=|<script|\son[a-z]+=", text)
    root = ElementTree.fromstring(text)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("role") == "img"
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} == set(ids)
    assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
    return root


def steps(root):
    return [
        each
        for each in root.iter(f"{SVG}g")
        if "step" in (each.get("class") or "").split() and each.get("class") != "lane"
    ]


def keeps_to_its_page(root):
    wide, high = float(root.get("width")), float(root.get("height"))
    for each in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(each.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= -1 and x + w <= wide + 1 and y >= -1 and y + h <= high + 1, each.attrib
    for each in root.iter(f"{SVG}text"):
        assert 0 <= float(each.get("x")) <= wide and 0 <= float(each.get("y")) <= high, each.text
    boxes = [
        [float(each.find(f"{SVG}rect[@class='gate']").get(n)) for n in ("x", "y", "width", "height")]
        for each in steps(root)
    ]
    for at, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[at + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


# One process with everything


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_process_with_everything_is_drawn_as_it_always_was(rich, locale, layout):
    made = svg(rich.workflows["job"], locale=locale, names=names(rich, locale), layout=layout)
    assert made == svg(rich.workflows["job"], locale=locale, names=names(rich, locale), layout=layout)
    same_as_golden(f"drawing/job.{layout}.{locale}.svg", made.replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_its_other_forms_are_what_they_always_were(rich, locale):
    same_as_golden(f"drawing/job.{locale}.mmd", mermaid(rich.workflows["job"], locale, names(rich, locale)))
    same_as_golden(f"drawing/job.{locale}.bpmn", bpmn(rich.workflows["job"], locale, names(rich, locale)))


def group(root, id_label):
    return next(
        each
        for each in root.iter(f"{SVG}g")
        if each.find(f"{SVG}title") is not None and each.find(f"{SVG}title").text.split("\n")[0] == id_label
    )


def kinds(element):
    return set(element.get("class").split())


def test_a_step_that_is_off_is_passed_by_and_its_consequences_stay(rich):
    root = drawn(svg(rich.workflows["job"], locale="en", names=names(rich, "en")))
    off = group(root, "First look")
    assert "off" in kinds(off)
    assert rich.actions["counting.stamp"].label.en in [each.text for each in off.iter(f"{SVG}text")]
    assert sum(each.get("class") == "past" for each in root.iter(f"{SVG}path")) == 2
    on = drawn(svg(blueprint_of(SITE).workflows["sales_order"], locale="en"))
    assert not [each for each in on.iter(f"{SVG}path") if each.get("class") == "past"]


def test_what_is_for_some_only_has_a_fork(rich):
    root = drawn(svg(rich.workflows["job"], locale="en", names=names(rich, "en")))
    assert sum(each.get("class") == "fork" for each in root.iter(f"{SVG}path")) == 2
    words = " ".join(each.text for each in group(root, "Approve").iter(f"{SVG}text"))
    assert "only if Amount ≥ 1000" in words and "2 people" in words and "within 2 working days" in words
    assert "frame" in {each.get("class") for each in root.iter(f"{SVG}rect")}


def test_without_a_site_ids_and_own_labels_are_shown(rich):
    root = drawn(svg(rich.workflows["job"], locale="en"))
    assert group(root, "Write") is not None
    assert "Clerk" not in "".join(root.itertext()) and "clerk" in "".join(root.itertext())


def test_counts_and_the_way_of_a_document_are_marked(rich):
    flow, at = rich.workflows["job"], datetime(2026, 11, 24, tzinfo=UTC)
    passed = Settled("passed", "1", at, "", 1)
    state = ProcessState(
        "", "job", "running", settled={"write": passed, "check": replace(passed, outcome="off")}, waits=("approve",)
    )
    root = drawn(svg(flow, locale="en", names=names(rich, "en"), state=state, counts={"approve": 7}))
    assert "one" in kinds(root)
    assert "passed" in kinds(group(root, "Write"))
    assert "skipped" in kinds(group(root, "First look"))
    assert "here" in kinds(group(root, "Approve"))
    assert "7" in [each.text for each in group(root, "Approve").iter(f"{SVG}text")]
    lane = replace(state, lane=LaneState("change", waits=("agree",)))
    inside = drawn(svg(flow, locale="en", names=names(rich, "en"), state=lane))
    assert "here" in kinds(group(inside, "Customer agrees"))
    ended = replace(state, phase="cancelled", waits=(), ended="stopped")
    assert "passed" in kinds(group(drawn(svg(flow, locale="en", names=names(rich, "en"), state=ended)), "Call off"))
    draft = replace(state, phase="draft", settled={}, waits=())
    assert "here" in kinds(group(drawn(svg(flow, locale="en", names=names(rich, "en"), state=draft)), "Write"))


def test_two_revisions_are_compared(rich, later):
    old, new = rich.workflows["job"], later.workflows["job"]
    root = drawn(svg(new, locale="en", names=names(later, "en"), compare=old, names_before=names(rich, "en")))
    shown = {
        label: kinds(group(root, label))
        for label in ("First look", "Approve", "Book a lorry", "Release", "Sign for it", "Pack")
    }
    assert "is-on" in shown["First look"]
    assert "is-changed" in shown["Approve"]
    assert "is-removed" in shown["Book a lorry"]
    assert "is-off" in shown["Release"]
    assert "is-changed" in shown["Sign for it"]
    assert not any(each.startswith("is-") for each in shown["Pack"])
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert {"switched on", "switched off", "removed", "changed"} <= set(texts)
    for layout in LAYOUTS:
        keeps_to_its_page(drawn(svg(new, locale="zh", names=names(later), compare=old, layout=layout)))
    back = drawn(svg(old, locale="en", names=names(rich, "en"), compare=new, names_before=names(later, "en")))
    assert "is-added" in kinds(group(back, "Book a lorry"))


def test_what_differs_is_told_aspect_by_aspect(rich, later):
    old, new = rich.workflows["job"], later.workflows["job"]
    found = {each.id: each for each in differences(old, new, names(later, "en"), names(rich, "en"))}
    assert {id: each.kinds for id, each in found.items()} == {
        "check": ("on",),
        "approve": ("changed",),
        "book": ("removed",),
        "release": ("off",),
        "confirmed": ("changed",),
    }
    (limit,) = found["approve"].aspects
    assert (limit.key, limit.before, limit.after) == (
        "when",
        ("only if Amount ≥ 1000 and Kind is “Special”",),
        ("only if Amount ≥ 5000 and Kind is “Special”",),
    )
    assert found["confirmed"].was == "confirm"
    assert [each.key for each in found["confirmed"].aspects] == ["label"]
    assert differences(old, old, names(rich)) == ()
    assert {each.kind for each in differences(None, old, names(rich))} == {"added"}
    assert {each.kind for each in differences(old, None, names(rich))} == {"removed"}


def test_a_step_that_moved_is_the_one_that_is_marked(rich):
    old = rich.workflows["job"]
    first, *rest = old.steps
    moved = replace(old, steps=(first, rest[-1], *rest[:-1]))
    found = differences(old, moved, names(rich))
    assert [(each.id, each.kinds) for each in found] == [("confirm", ("moved",))]


def test_the_same_is_told_as_a_list_of_words(rich):
    picture = picture_of(rich.workflows["job"], names(rich, "en"), counts={"approve": 2})
    lines = outline(picture, names(rich, "en"))
    assert [each.label for each in lines] == [
        "Write", "First look", "Approve", "Pack", "Book a lorry", "Release", "Send", "Confirm", "Call off", "Change",
    ]  # fmt: skip
    assert lines[1].remarks == ("switched off",)
    assert lines[2].remarks == ("2 waiting",)
    assert "May be sent back: Write" in lines[2].told
    assert [each.label for each in lines[-1].inside] == ["Customer agrees"]


# What people write stays text


def test_markup_in_a_label_stays_text(rich):
    flow = rich.workflows["job"]
    label = Text(HOSTILE, HOSTILE)
    hostile = replace(flow, label=label, steps=tuple(replace(each, label=label, by=(HOSTILE,)) for each in flow.steps))
    for layout in LAYOUTS:
        root = drawn(svg(hostile, locale="en", names=names(rich), layout=layout))
        assert HOSTILE.replace("\x07", "") in "".join(root.itertext())
    is_sound_bpmn(bpmn(hostile, "en", names(rich)))
    is_mermaid(mermaid(hostile, "en", names(rich)))


# Mermaid


NODE = re.compile(r'([A-Za-z]\w*)(\[|\(\[)"([^"\n]*)"(\]|\]\))')
LINK = re.compile(r'[A-Za-z]\w*( (-->|-\.->|-\. "[^"\n]*" \.->) [A-Za-z]\w*)+')


def is_mermaid(text):
    """Hold a flowchart to the part of the grammar we use: declared nodes with quoted labels, and links between them."""
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "flowchart LR"
    declared, used = [], set()
    for line in lines[1:]:
        if node := NODE.fullmatch(line):
            assert {"[": "]", "([": "])"}[node[2]] == node[4]
            declared.append(node[1])
        elif LINK.fullmatch(line):
            used |= set(re.findall(r"(?:^|[> ])([A-Za-z]\w*)(?= |$)", re.sub(r'"[^"]*"', "", line)))
        else:
            assert re.fullmatch(
                r'end|subgraph together_\d+\["[^"]*"\]|classDef \w+ [\w:,.\- ]+|class [\w,]+ off', line
            ), line
    assert len(declared) == len(set(declared))
    assert used - set(declared) == set()


def test_a_condition_leads_past_its_step_in_mermaid(rich):
    text = mermaid(rich.workflows["job"], "en", names(rich, "en"))
    assert "s_check --> s_approve" in text
    assert "s_check --> s_pack" in text
    assert 's_approve -. "send back" .-> s_write' in text
    assert "class s_check off" in text


# BPMN


BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"


def is_sound_bpmn(text):
    """Check what a schema cannot: everything that is named is there, and everything that is there is drawn where it is."""
    root = ElementTree.fromstring(text)
    elements = {each.get("id"): each for each in root.iter() if each.get("id")}
    boxes = {each.get("bpmnElement"): box(each.find(BOUNDS)) for each in root.iter(f"{DI}BPMNShape")}
    edges = {each.get("bpmnElement"): [point(one) for one in each.iter(WAY)] for each in root.iter(f"{DI}BPMNEdge")}
    flows = list(root.iter(f"{BPMN}sequenceFlow"))
    nodes = {
        id
        for id, each in elements.items()
        if each.find(f"{BPMN}incoming") is not None or each.find(f"{BPMN}outgoing") is not None
    }
    assert nodes <= set(boxes)
    assert {each.get("id") for each in flows} == set(edges)
    for flow in flows:
        source, target, points = flow.get("sourceRef"), flow.get("targetRef"), edges[flow.get("id")]
        assert touches(boxes[source], points[0]) and touches(boxes[target], points[-1]), flow.attrib
        assert flow.get("id") in [each.text for each in elements[source].findall(f"{BPMN}outgoing")]
        assert flow.get("id") in [each.text for each in elements[target].findall(f"{BPMN}incoming")]
    for each in root.iter():
        for name in ("default", "attachedToRef"):
            assert each.get(name) is None or each.get(name) in elements
    return root


def box(bounds):
    return tuple(float(bounds.get(name)) for name in ("x", "y", "width", "height"))


def point(way):
    return float(way.get("x")), float(way.get("y"))


def touches(bounds, at):
    (x, y, w, h), (px, py) = bounds, at
    return x - 0.1 <= px <= x + w + 0.1 and y - 0.1 <= py <= y + h + 0.1


def schemas():
    """Return the folder of the OMG's schemas, which the package SpiffWorkflow carries, or None without it."""
    spec = importlib.util.find_spec("SpiffWorkflow")
    return Path(spec.origin).parent / "bpmn" / "parser" / "schema" if spec and spec.origin else None


@pytest.mark.skipif(schemas() is None, reason="no package here brings the schemas of BPMN 2.0")
def test_every_bpmn_is_valid_against_the_schemas_of_the_omg(rich, later):
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(schemas() / "BPMN20.xsd")))
    every = [*EVERY, ("rich", rich.workflows["job"], rich), ("later", later.workflows["job"], later)]
    for name, workflow, blueprint in every:
        document = etree.fromstring(bpmn(workflow, "zh", Names("zh", blueprint)).encode())
        assert schema.validate(document), (name, schema.error_log)


def test_bpmn_says_what_the_process_says(rich):
    root = is_sound_bpmn(bpmn(rich.workflows["job"], "en", names(rich, "en")))
    process = root.find(f"{BPMN}process")
    named = {each.get("id"): each for each in process.iter() if each.get("id")}
    assert "step_check" not in named and named["does_check"].tag == f"{BPMN}serviceTask"
    assert named["when_approve"].tag == f"{BPMN}exclusiveGateway"
    condition = next(each for each in process.iter(f"{BPMN}conditionExpression"))
    assert condition.text == "amount >= 1000 and kind == 'special'"
    assert named["step_approve"].find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
    assert named["step_send"].find(f"{BPMN}standardLoopCharacteristics") is not None
    assert len(process.findall(f"{BPMN}parallelGateway")) == 2
    rules = process.findall(f"{BPMN}boundaryEvent")
    assert [each.find(f"{BPMN}timerEventDefinition/{BPMN}timeDuration").text for each in rules[:1]] == ["P15D"]
    assert rules[1].find(f"{BPMN}signalEventDefinition") is not None
    stop = named["lane_stop"]
    assert stop.get("triggeredByEvent") == "true"
    assert stop.find(f"{BPMN}endEvent/{BPMN}terminateEventDefinition") is not None
    assert named["lane_change_step_agree"].tag == f"{BPMN}userTask"
    assert [each.get("name") for each in named["step_approve"].findall(f"{BPMN}potentialOwner")] == ["Boss"]


# Words


WORDS = [
    ("amount >= 1000", "金额 ≥ 1000", "Amount ≥ 1000"),
    ("kind == 'special'", "类别是“特殊”", "Kind is “Special”"),
    ("kind in ['plain', 'special']", "类别是“普通”、“特殊”之一", "Kind is one of “Plain”, “Special”"),
    ("not urgent", "非“加急”", "not Urgent"),
    ("remark is empty or urgent", "说明为空 或 加急", "Remark is empty or Urgent"),
    ("(urgent or amount > 5) and remark is set", "（加急 或 金额 > 5） 且 说明已填写", "(Urgent or Amount > 5) and Remark is filled in"),
    ("amount - (amount + 1) < 2", "金额 − （金额 + 1） < 2", "Amount − (Amount + 1) < 2"),
    ("parts.all(pieces > 0)", "每一条部件都满足：件数 > 0", "for every row of Parts: Pieces > 0"),
    ("parts.sum(pieces) > 3", "部件的件数合计 > 3", "the sum of Pieces over Parts > 3"),
    ("parts.count() == 0", "部件的条数 = 0", "the number of Parts = 0"),
    ("customer.name is set", "客户的客户名称已填写", None),
    ("passed(approve)", "已通过“审批”", "“Approve” is passed"),
    ("not passed(approve)", "尚未通过“审批”", "“Approve” is not passed yet"),
    ("passed(approve).at + 2d < now()", "通过“审批”的时间 + 2 天 < 现在", "the time “Approve” was passed + 2 days < now"),
    ("starts <= today()", "开始日 ≤ 今天", "Starts ≤ today"),
    ("handler == user", "经办人是本人", "Handler is the person acting"),
    ("amount > (5 if urgent else 9)", "金额 > （若加急则5，否则9）", "Amount > (5 if Urgent, else 9)"),
    ("round(amount, 1) == 2", "金额（保留 1 位小数） = 2", "Amount rounded to 1 places = 2"),
    ("-amount < 0", "−金额 < 0", "−Amount < 0"),
    ("true", "是", "yes"),
    ("number is set and created_by == user", "单号已填写 且 创建人是本人", "number is filled in and creator is the person acting"),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(rich):
    from ordinance.blueprint.declarations import Declarations
    from ordinance.blueprint.names import catalogue as made
    from ordinance.fields import BUILT_IN

    entities = rich.entities
    documents = {"job": [step.id for step in rich.workflows["job"].steps]}
    return made(entities, BUILT_IN, Declarations(), documents)


@pytest.mark.parametrize(("source", "zh", "en"), WORDS, ids=[each[0] for each in WORDS])
def test_a_condition_is_said_with_the_labels_of_its_fields(rich, catalogue, source, zh, en):
    expression = compile_expression(source, Scope(catalogue, "job"))
    assert condition_words(expression, names(rich), "job") == zh
    if en is not None:
        assert condition_words(expression, names(rich, "en"), "job") == en


def test_options_without_a_label_and_names_without_a_site_stay_as_they_are():
    scope = Scope(Catalogue({"thing": {"colour": Choice(("red",))}}), "thing")
    expression = compile_expression("colour == 'red'", scope)
    assert condition_words(expression, Names("en"), "thing") == "colour is “red”"


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [("2wd", "2 个工作日", "2 working days"), ("1mo 3d", "1 个月 3 天", "1 month 3 days"), ("90min", "1 小时 30 分钟", "1 hour 30 minutes"),
     ("3wh", "3 个工作小时", "3 working hours"), ("today", "当天", "the same day")],
)  # fmt: skip
def test_spans_are_said(span, zh, en):
    assert span_words(Span.parse(span), "zh") == zh
    assert span_words(Span.parse(span), "en") == en


# Measure and style


def test_a_chinese_character_takes_a_full_em():
    assert width("审核", 10) == 20
    assert width("il", 10) < width("ab", 10) < width("审核", 10)
    assert wrap("财务审核与复核", 10, 40, 2) == ("财务审核", "与复核")
    assert wrap("Stock-out review of goods", 10, 70, 2)[0] in ("Stock-out", "Stock-out review"[:9])
    assert cut("财务审核", 10, 30) == "财务…"
    assert all(width(line, 10) <= 60 for line in wrap("非常非常非常长的环节名称，不可能放下", 10, 60, 2))
    assert wrap("", 10, 60, 2) == ()


def test_a_drawing_of_its_own_brings_every_colour_it_uses():
    used = set(re.findall(r"var\(--([a-z-]+)\)", STYLE)) - {"font"}
    assert used <= set(TOKENS)
    assert "var(" not in style_alone()
    assert "prefers-color-scheme: dark" in style_alone()


def test_the_colours_are_those_of_the_pages():
    sheet = (SITE / "core/ordinance/web/ui/static/css/tokens.css").read_text("utf-8")
    for name, pair in TOKENS.items():
        assert f"--{name}: light-dark({pair[0]}, {pair[1]});" in sheet, name


def test_a_brief_drawing_is_light(rich):
    flow = rich.workflows["job"]
    full = paint(picture_of(flow, names(rich)), names(rich), layout="slim")
    brief = paint(picture_of(flow, names(rich), brief=True), names(rich), layout="slim")
    assert len(brief) < len(full)
    assert [each.text for each in ElementTree.fromstring(brief).iter(f"{SVG}title")][1:] == [
        *(step.label.zh for step in flow.steps), "取消", "变更", "客户同意",
    ]  # fmt: skip


# The command


def test_draw_prints_one_process_and_writes_all(capsys, tmp_path):
    assert main(["draw", "sales_order", "--site", str(SITE), "--locale", "en"]) == 0
    drawn(capsys.readouterr().out)
    assert main(["draw", "--site", str(SITE), "--format", "bpmn", "--out", str(tmp_path / "all")]) == 0
    written = sorted(each.name for each in (tmp_path / "all").iterdir())
    assert written == sorted(f"{id}.bpmn" for id in blueprint_of(SITE).workflows)
    target = tmp_path / "one.svg"
    words = ["draw", "sales_order", "--site", str(SITE), "--out", str(target), "--layout", "tall"]
    assert main([*words, "--compare", str(SITE / "tests/sites/counting")]) == 0
    assert "both" in kinds(ElementTree.parse(target).getroot())


def test_draw_says_what_it_cannot_do(capsys, tmp_path):
    assert main(["draw", "nothing", "--site", str(SITE)]) == 2
    assert "there is no workflow nothing" in capsys.readouterr().err
    assert main(["draw", "--site", str(SITE)]) == 2
    assert "--out DIR" in capsys.readouterr().err
    assert main(["draw", "x", "--site", str(tmp_path)]) == 2
