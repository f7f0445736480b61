"""Verification: the smallest case, the people, what it costs, what is said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rooms.process_kit import effect, flow, step
from rooms.test_verify_broken import BROKEN, CASES, found, site
from rooms.verify_random import condition, given

from ordinance.commands import main
from ordinance.problems import Text, render_text
from ordinance.process.model import Switch
from ordinance.process.verify import Ground, Staffing, static, verify
from ordinance.process.verify.cases import Switchboard
from ordinance.process.verify.track import atoms_of

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core"
GOLDEN = Path(__file__).parents[1] / "golden" / "verify.txt"
SHOWN = (
    "an input that two askers could give, both of them off",
    "a way back that lands too early when a step is off",
    "a way back across something final for some documents",
    "different people who are one",
    "a repetition that no round brings to its end",
)
PEOPLE = {"ann": frozenset({"a"}), "bob": frozenset({"b"}), "eve": frozenset({"a", "b"})}


def needing(name: str, field: str):
    from dataclasses import replace

    return replace(effect(name), inputs={field: given(field)}, needs=(field,))


def only(findings, code: str):
    found = [each for each in findings if each.code == code]
    assert len(found) == 1, findings
    return found[0]


class TestCases:
    def test_the_switches_told_are_all_that_must_change(self):
        steps = [step(f"s{at}", asks=["p"], locked=False) for at in range(30)]
        finding = only(static(flow(*steps, step("last", needs=["p"], locked=True))), "input_if_switched_off")
        assert finding.toggles == {f"s{at}": False for at in range(30)}
        assert (finding.severity, finding.path) == ("note", ("last",))

    def test_one_that_is_off_already_need_not_be_changed(self):
        steps = [step("a", asks=["p"], enabled=False), step("b", asks=["p"]), step("c", needs=["p"])]
        assert only(static(flow(*steps)), "input_if_switched_off").toggles == {"b": False}

    def test_one_that_must_be_on_makes_all_well(self):
        steps = [step("a", asks=["p"], locked=True), step("b", asks=["p"]), step("c", needs=["p"])]
        assert static(flow(*steps)) == ()

    def test_a_tie_is_kept_by_further_changes(self):
        steps = [step("a", asks=["p"]), step("b"), step("c", needs=["p"])]
        tied = flow(*steps, switches=(Switch("t", "if_then", ("b", "a")),))
        assert only(static(tied), "input_if_switched_off").toggles == {"a": False, "b": False}

    def test_a_tie_may_forbid_the_case(self):
        steps = [step("a", asks=["p"]), step("b", locked=True), step("c", needs=["p"])]
        tied = flow(*steps, switches=(Switch("t", "if_then", ("b", "a")),))
        assert static(tied) == ()

    def test_the_same_condition_asks_and_needs(self):
        steps = [step("a", asks=["p"], locked=True, when=condition("x")), step("b")]
        steps.append(step("c", needs=["p"], when=condition("x", "y")))
        assert static(flow(*steps)) == ()

    def test_another_condition_does_not(self):
        steps = [step("a", asks=["p"], locked=True, when=condition("x")), step("c", needs=["p"], when=condition("y"))]
        finding = only(static(flow(*steps)), "input_only_sometimes")
        assert (finding.conditions, finding.severity) == ({"x": False}, "warning")

    def test_what_is_not_known_to_be_a_field_is_not_looked_for(self):
        assert static(flow(step("a", needs=["p"]))) == ()
        assert only(static(flow(step("a", needs=["p"])), Ground(fields={("p",): False})), "input_never_asked")

    def test_what_ran_on_arrival_stays_where_a_document_lands(self):
        # Only if the step landed on is passed over, what ran on arriving there is behind the landing.
        arriving = step("b", arriving_does=(effect("e", "never"),))
        finding = only(
            static(flow(step("a", locked=True), arriving, step("c", back_to=("b",)))), "final_if_switched_off"
        )
        assert (finding.toggles, finding.path) == ({"b": False}, ("a", "c"))

    @pytest.mark.parametrize(("switches", "count"), [((), 8), ((("if_then", "ba"),), 6), ((("not_both", "abc"),), 4)])
    def test_allowed_sets_are_counted(self, switches, count):
        ties = tuple(Switch(str(at), kind, tuple(names)) for at, (kind, names) in enumerate(switches))
        workflow = flow(
            step("a"), step("b", enabled=False), step("c", enabled=False), step("d", locked=True), switches=ties
        )
        assert Switchboard(workflow).sets() == count

    @pytest.mark.parametrize(
        ("source", "parts"),
        [
            ("a and b", {"a", "b"}),
            ("a and b or c", {"a and b or c"}),
            ("a and (b or c) and d == 'x and y'", {"a", "(b or c)", "d == 'x and y'"}),
            ("lines.any(a and b)", {"lines.any(a and b)"}),
            ("a if b and c else d", {"a if b and c else d"}),
        ],
    )
    def test_conditions_are_taken_apart_where_all_must_hold(self, source, parts):
        from dataclasses import replace

        assert atoms_of(replace(condition("a"), source=source)) == parts


class TestPeople:
    def check(self, *steps, apart=(), people=PEOPLE, may=None, switches=()):
        duties = tuple((Text.of("d"), frozenset(each)) for each in apart)
        return verify(flow(*steps, switches=switches), Staffing(people, may or {}, duties))

    def test_everybody_has_somebody(self):
        assert self.check(step("s", by=("a",)), step("t", by=("b",), differs_from=("s",))) == ()

    def test_who_a_grant_names_counts(self):
        assert only(self.check(step("s")), "nobody_may")
        assert self.check(step("s"), may={"a": frozenset({"s"})}) == ()
        assert only(self.check(step("s"), may={"c": frozenset({"s"})}), "role_nobody_has")

    def test_a_matching_is_found_where_taking_the_first_would_fail(self):
        # Whoever has both roles is wanted elsewhere: a greedy choice of `eve` for the first would leave nobody.
        people = {"ann": frozenset({"a"}), "eve": frozenset({"a", "b"})}
        steps = (step("s", by=("a",)), step("t", by=("b",), differs_from=("s",)))
        assert self.check(*steps, people=people) == ()

    def test_a_choice_that_leads_nowhere_is_taken_back(self):
        held = {"x": "stu", "y": "sw", "z": "tu", "v": "w"}
        people = {name: frozenset(roles) for name, roles in held.items()}
        steps = [step(name, by=(name,)) for name in "stuw"]
        assert self.check(*steps, people=people, apart=["stu", "sw"]) == ()
        people["v"] = frozenset()
        assert only(self.check(*steps, people=people, apart=["stu", "sw"]), "people_apart")

    def test_three_apart_want_three(self):
        steps = [step(name, by=("a",)) for name in "stu"]
        finding = only(self.check(*steps, apart=["stu"]), "people_apart")
        assert "s, t, u" in finding.message.en
        assert self.check(*steps[:2], apart=["st"]) == ()

    def test_only_those_that_cannot_be_told_apart_are_named(self):
        steps = (step("s", by=("b",)), step("t", by=("b",)), step("u", by=("b",)), step("v", by=("a",)))
        finding = only(self.check(*steps, apart=["stu", "sv"]), "people_apart")
        assert finding.message.en.startswith("s, t, u want different people, 3 in all, and the 2")

    def test_count_wants_so_many(self):
        assert self.check(step("s", by=("a",), count=2)) == ()
        assert only(self.check(step("s", by=("a",), count=3)), "too_few_people")

    def test_steps_that_may_not_both_be_on_want_nobody_together(self):
        steps = (step("s", by=("a",), enabled=False), step("t", by=("a",), differs_from=("s",)))
        people = {"ann": frozenset({"a"})}
        assert only(self.check(*steps, people=people), "people_apart").toggles == {"s": True}
        assert self.check(*steps, people=people, switches=(Switch("x", "not_both", ("s", "t")),)) == ()

    def test_the_person_in_a_field_is_not_known(self):
        assert self.check(step("s", person=("owner",)), people={}) == ()


class TestEngine:
    def test_the_table_tells_what_the_engine_refuses(self, monkeypatch):
        # What the static passes would tell is kept from them, so that only the engine knows.
        from ordinance.process.verify import order

        monkeypatch.setattr(order, "_after", lambda look, track: None)
        steps = (step("s"), step("t", effect("f", after=("g",))), step("u", effect("g")))
        finding = next(each for each in verify(flow(*steps)) if each.code == "engine_refuses")
        assert "may only run after “g”" in finding.message.en
        assert finding.path == ("s",)

    def test_a_load_does_without_the_engine(self):
        code = (
            "import sys; from pathlib import Path; from ordinance.blueprint import load; load(Path(sys.argv[1])); "
            "sys.exit('ordinance.process.engine' in sys.modules or 'ordinance.process.verify.table' in sys.modules)"
        )
        run = subprocess.run([sys.executable, "-c", code, str(ROOT)], env={"PYTHONPATH": str(CORE)}, check=False)
        assert run.returncode == 0

    def test_a_workflow_of_a_hundred_steps_is_looked_at_in_a_moment(self):
        steps = [step(f"s{at}", needing(f"e{at}", f"p{at - 1}"), asks=[f"p{at}"]) for at in range(1, 100)]
        codes = {each.code for each in static(flow(step("s0", asks=["p0"]), *steps))}
        assert codes == {"input_if_switched_off"}


def test_what_is_said(tmp_path):
    told = []
    for locale in ("en", "zh"):
        for number, name in enumerate(SHOWN):
            case = CASES[name]
            loaded = site(tmp_path / f"{locale}{number}", case)
            findings = found(loaded, case.get("people", BROKEN["people"]))
            problems = [*loaded.problems, *(each.as_problem() for each in findings)]
            shown = {each for each in problems if each.code == case["finds"]}
            told.append(f"# {name}\n{render_text(shown, loaded.sources, locale)}")
    said = "\n".join(told)
    if os.environ.get("ORDINANCE_GOLDEN") == "update":
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text("utf-8")


class TestCommand:
    NAME = "an input whose asker can be switched off"

    def test_each_workflow_gets_a_line(self, tmp_path, capsys):
        site(tmp_path, {})
        assert main(["verify", "--site", str(tmp_path), "--locale", "en", "order"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("order: 8 steps, 6 switches, 2^6 sets, 0 findings, ")
        assert out.count("\n") == 1

    def test_a_counter_example_is_shown_and_is_no_error(self, tmp_path, capsys):
        site(tmp_path, CASES[self.NAME])
        assert main(["verify", "--site", str(tmp_path), "--locale", "en"]) == 0
        assert "case: “Pay” off; submit → review → trial → price → pay" in capsys.readouterr().out

    def test_as_json(self, tmp_path, capsys):
        site(tmp_path, CASES[self.NAME])
        assert main(["verify", "--site", str(tmp_path), "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["ok"] is True
        (order,) = [each for each in report["workflows"] if each["id"] == "order"]
        assert (order["steps"], order["switches"], order["sets"]) == (8, 7, 128)
        (finding, *_) = order["findings"]
        assert finding["toggles"] == {"pay": False}
        assert (finding["file"], finding["severity"]) == ("workflows.yaml", "note")

    def test_a_broken_site_is_told_as_by_check(self, tmp_path, capsys):
        site(tmp_path, CASES["an effect bound twice"])
        assert main(["verify", "--site", str(tmp_path), "--locale", "en"]) == 1
        assert "[effect_twice]" in capsys.readouterr().err

    def test_wrong_usage(self, tmp_path, capsys):
        assert main(["verify", "--site", str(tmp_path)]) == 2
        site(tmp_path, {})
        assert main(["verify", "--site", str(tmp_path), "ordr"]) == 2
        assert "ordr" in capsys.readouterr().err

    def test_the_people_of_a_database(self, tmp_path, capsys):
        for name in ("workflows.yaml", "roles.yaml"):
            shutil.copy(ROOT / name, tmp_path / name)
        shutil.copytree(ROOT / "config", tmp_path / "config")
        site_, database = ["--site", str(tmp_path)], f"sqlite:///{tmp_path / 'people.sqlite'}"
        for who, role in (("ada", "system_administrator"), ("ann", "order_reviewer")):
            assert main(["user", "add", who, "--role", role, "--database", database, *site_]) == 0
        assert main(["verify", "--locale", "en", "--people", database, *site_, "sales_order"]) == 1
        out = capsys.readouterr().out
        assert "a role that may do “Finance review”: Finance reviewer [role_nobody_has]" in out
        assert "Order review”" not in out

    def test_a_database_that_is_not_prepared_is_told(self, tmp_path, capsys):
        site(tmp_path, {})
        assert main(["verify", "--site", str(tmp_path), "--people", f"sqlite:///{tmp_path / 'none.sqlite'}"]) == 2
        assert "none.sqlite" in capsys.readouterr().err
