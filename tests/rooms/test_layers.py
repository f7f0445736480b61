"""Layers: a list replaces, a map adds, and every value knows who wrote it."""

import pytest

from ordinance.blueprint.layers import Layer, Part, merge, toggles_layer
from ordinance.problems import Place
from ordinance.shapes import build
from ordinance.validation import check_tree
from ordinance.yamlfile import parse


def layer(name, rank=1, over=(), *, is_company=False, **files):
    """A layer from the texts of its files; `data_product` are rows of `product`."""
    parts = []
    for file, text in files.items():
        kind, _, subject = file.partition("_")
        tree = parse(f"schema: 1\n{text}", f"{name}/{file}.yaml")
        assert (tree.problems, check_tree(tree, kind)) == ((), ())
        parts.append(Part(kind, tree, subject))
    return Layer(name, rank, parts, frozenset(over), is_company)


def company(**files):
    return layer("company", 9, is_company=True, **files)


def merged(*layers):
    result = merge(layers)
    assert result.problems == ()
    build(result.tree)
    return result


def codes(*layers):
    return [each.code for each in merge(layers).problems]


def step(result, workflow="w", id="a"):
    return result.tree["workflows"][workflow]["steps"][id]


def ids(result, workflow="w"):
    return list(result.tree["workflows"][workflow]["steps"])


BASE = "w: {label: W, steps: {a: {label: A, asks: [x, y], when: p}, b: {label: B}, c: {label: C}}}"


@pytest.mark.requirement("A-01")
def test_a_list_replaces():
    assert list(
        step(merged(layer("d", workflows=BASE), company(workflows="w: {steps: {a: {asks: [z]}}}")))["asks"]
    ) == ["z"]


def test_a_map_adds_and_takes_away():
    over = "w: {steps: {a: {asks: {z: {}, x: {remove: true}}}}}"
    assert list(step(merged(layer("d", workflows=BASE), company(workflows=over)))["asks"]) == ["y", "z"]


def test_an_empty_list_replaces_too():
    over = "w: {steps: {a: {asks: []}}}"
    assert step(merged(layer("d", workflows=BASE), company(workflows=over)))["asks"] == {}


def test_one_value_changes_and_its_neighbours_stay():
    result = merged(layer("d", workflows=BASE), company(workflows="w: {steps: {a: {when: q}}}"))
    assert step(result) == {"label": {"zh": "A", "en": "A"}, "asks": {"x": {}, "y": {}}, "when": "q"}


def test_every_value_knows_all_who_wrote_it():
    result = merged(layer("d", workflows=BASE), company(workflows="w: {steps: {a: {when: q}}}"))
    route = ("workflows", "w", "steps", "a", "when")
    assert result.origin(route) == Place("company/workflows.yaml", 2, 23, 1)
    assert [name for name, _ in result.writers(route)] == ["d", "company"]
    assert result.origin(("workflows", "w", "steps", "a", "asks", "y")) == Place("d/workflows.yaml", 2, 47, 1)
    assert result.near((*route, "deeper")) == result.origin(route)
    assert result.origin(("nothing",)) is None


OFFER = layer("d", workflows="catalogue: {order: {steps: {a: {}}}}")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("asks: [x, y]", "asks: {x: {}, y: {}}"),
        ("by: clerk", "by: {clerk: {}}"),
        ("back_to: a", "back_to: [a]"),
        (
            "tells: [boss, {field: owner}, {clerk: sent}]",
            "tells: {boss: {}, owner: {field: owner}, clerk: {message: sent}}",
        ),
        ("tells: {clerk: sent}", "tells: {clerk: {message: sent}}"),
        ("by: {field: owner}", "by: [{field: owner}]"),
        ("checks: [d.c, {d.e: {source: x}}]", "checks: {d.c: {}, d.e: {parameters: {source: x}}}"),
        ("checks: [{must: x, say: no}]", "checks: {must_1: {must: x, say: {zh: no, en: no}}}"),
        ("checks: [{must: x, as: mine}]", "checks: {mine: {must: x}}"),
        ("does: [{d.a: {amount: x, when: y}}]", "does: {d.a: {inputs: {amount: x}, when: y}}"),
        ("does: [{d.a: {as: b, n: 1}}, {d.a: {as: c}}]", "does: {b: {uses: d.a, inputs: {n: 1}}, c: {uses: d.a}}"),
        ("does: [{d.a: {each: round}}]", "does: {d.a: {each: round}}"),
        ("does: [{d.a: {each: tasks}}]", "does: {d.a: {inputs: {each: tasks}}}"),
        ("by_itself: [{after: 1d, pass: true}]", "by_itself: {rule_1: {after: 1d, pass: true}}"),
        ("label: 提交", "label: {zh: 提交, en: 提交}"),
        ("asks: ~", "asks: {}"),
    ],
)
def test_a_short_form_stands_for_the_long_one(short, long):
    one, other = (
        merged(OFFER, company(workflows=f"w: {{steps: {{a: {{taken: T, uses: d.a, {text}}}}}}}"))
        for text in (short, long)
    )
    assert step(one) == step(other)


def test_a_workflow_may_open_in_one_way_or_in_several():
    one = merged(company(workflows="w: {opens: {via: [office], from: order}}")).tree["workflows"]["w"]["opens"]
    several = merged(company(workflows="w: {opens: [{via: office}, {event: d.e}]}")).tree["workflows"]["w"]["opens"]
    assert one == {"opening_1": {"via": {"office": {}}, "from": "order"}}
    assert several == {"opening_1": {"via": {"office": {}}}, "opening_2": {"event": {"d.e": {}}}}


def test_words_of_ends_and_options_are_their_labels():
    result = merged(
        company(
            workflows="w: {ends: {done: {zh: 完, en: Done}, gone: Gone}}",
            entities="e: {fields: {f: {options: {A: {zh: 甲}, B: {label: {zh: 乙}, enabled: false}}}}}",
        )
    )
    assert result.tree["workflows"]["w"]["ends"]["done"] == {"label": {"zh": "完", "en": "Done"}}
    assert result.tree["entities"]["e"]["fields"]["f"]["options"] == {
        "A": {"label": {"zh": "甲"}},
        "B": {"label": {"zh": "乙"}, "enabled": "false"},
    }


@pytest.mark.parametrize(
    ("over", "order"),
    [
        ("n: {label: N, after: a}", ["a", "n", "b", "c"]),
        ("n: {label: N, before: a}", ["n", "a", "b", "c"]),
        ("n: {label: N, after: a}, m: {label: M, after: a}", ["a", "n", "m", "b", "c"]),
        ("n: {label: N, before: c}, m: {label: M, before: c}", ["a", "b", "n", "m", "c"]),
        ("n: {label: N, after: m}, m: {label: M, after: c}", ["a", "b", "c", "m", "n"]),
        ("c: {before: a}", ["c", "a", "b"]),
        ("b: {remove: true}", ["a", "c"]),
        ("z: {was: b}", ["a", "z", "c"]),
        ("b: {remove: true}, n: {label: N, after: b}", ["a", "n", "c"]),
    ],
)
def test_what_is_new_says_where_it_stands(over, order):
    assert ids(merged(layer("d", workflows=BASE), company(workflows=f"w: {{steps: {{{over}}}}}"))) == order


def test_new_steps_of_two_layers_behind_one_step_keep_the_order_of_the_layers():
    one = layer("p", over=["d"], workflows="w: {steps: {n: {label: N, after: a}}}")
    other = layer("q", over=["d"], workflows="w: {steps: {m: {label: M, after: a}}}")
    assert ids(merged(layer("d", workflows=BASE), one, other)) == ["a", "n", "m", "b", "c"]


def test_a_renamed_step_keeps_its_body():
    result = merged(layer("d", workflows=BASE), company(workflows="w: {steps: {z: {was: a, when: q}}}"))
    assert step(result, id="z")["asks"] == {"x": {}, "y": {}}
    assert step(result, id="z")["was"] == "a"


def test_a_list_of_steps_is_the_whole_process():
    offers = layer("d", workflows="catalogue: {w: {steps: {a: {label: A}, b: {label: B}}}}\nw: {steps: [a, b]}")
    assert ids(merged(offers, company(workflows="w: {steps: [b]}"))) == ["b"]


def test_replace_starts_from_nothing():
    result = merged(layer("d", workflows=BASE), company(workflows="w: {replace: true, steps: {n: {label: N}}}"))
    assert (ids(result), "label" in result.tree["workflows"]["w"]) == (["n"], False)


def test_a_workflow_that_is_removed_is_gone():
    assert merged(layer("d", workflows=BASE), company(workflows="w: {remove: true}")).tree["workflows"] == {}


OFFERS = """catalogue:
  order:
    steps:
      submit: {label: Submit, enabled: always, asks: [address], tells: {clerk: sent}}
      review: {label: Review, back_to: submit}
    lanes: {cancel: {label: Cancel, asks: [why], ends: cancelled}}
"""


def test_a_bare_id_takes_the_step_on_offer_and_a_body_changes_it():
    over = "w: {of: order, steps: [submit, {review: {label: Look, back_to: []}}], lanes: [cancel]}"
    result = merged(layer("d", workflows=OFFERS), company(workflows=over))
    assert step(result, id="submit")["asks"] == {"address": {}}
    assert step(result, id="submit")["uses"] == "d.submit"
    assert step(result, id="review") == {"label": {"zh": "Look", "en": "Look"}, "back_to": {}, "uses": "d.review"}
    assert result.tree["workflows"]["w"]["lanes"]["cancel"]["ends"] == "cancelled"
    assert result.origin(("workflows", "w", "steps", "submit", "asks")).file == "d/workflows.yaml"


def test_uses_takes_a_step_of_another_entity_under_another_name():
    over = "w: {steps: {look: {uses: d.review, label: Look}}}"
    assert step(merged(layer("d", workflows=OFFERS), company(workflows=over)), id="look")["back_to"] == {"submit": {}}


def test_what_a_catalogue_gives_can_be_taken_away_again():
    over = "w: {of: order, steps: {submit: {asks: {address: {remove: true}, note: {}}}}}"
    assert step(merged(layer("d", workflows=OFFERS), company(workflows=over)), id="submit")["asks"] == {"note": {}}


def test_the_company_may_change_an_offer_for_every_workflow():
    over = "catalogue: {order: {steps: {review: {label: Look}}}}\nw: {of: order, steps: [review]}"
    assert step(merged(layer("d", workflows=OFFERS), company(workflows=over)), id="review")["label"]["en"] == "Look"


def test_every_step_lies_under_the_offer_and_the_step():
    over = """w:
  of: order
  every_step: {opinion: always, tells: {clerk: progress, boss: progress}}
  steps: {submit: {}, review: {opinion: never}, c: {label: C, tells: [clerk]}}
"""
    result = merged(layer("d", workflows=OFFERS), company(workflows=over))
    assert [step(result, id=id)["opinion"] for id in ids(result)] == ["always", "never", "always"]
    assert step(result, id="submit")["tells"] == {"clerk": {"message": "sent"}, "boss": {"message": "progress"}}
    assert step(result, id="c")["tells"] == {"clerk": {}}
    assert "every_step" not in result.tree["workflows"]["w"]


def test_like_is_a_copy_after_all_layers():
    copy = "v: {like: w, label: V, steps: {b: {remove: true}, n: {label: N, after: c}, a: {asks: [z]}}}"
    later = "w: {steps: {a: {when: q}, late: {label: Late, after: c}}}"
    result = merged(layer("d", workflows=BASE), layer("p", over=["d"], workflows=copy), company(workflows=later))
    assert ids(result, "v") == ["a", "c", "late", "n"]
    assert (step(result, "v")["when"], list(step(result, "v")["asks"])) == ("q", ["z"])
    assert ids(result) == ["a", "b", "c", "late"]
    assert result.tree["workflows"]["v"]["of"] == "v"


def test_a_copy_takes_the_same_offers_and_may_lose_a_locked_step():
    flows = "w: {of: order, steps: [submit, review]}\nv: {like: w, of: other, steps: {submit: {remove: true}}}"
    result = merged(layer("d", workflows=OFFERS), company(workflows=flows))
    assert ids(result, "v") == ["review"]
    assert step(result, "v", "review")["uses"] == "d.review"


ROLE = "roles: {clerk: {label: Clerk, may: [p_one, {order: [read]}]}}"


def test_roles_of_one_id_add_up_over_packs():
    second = layer("q", roles="roles: {clerk: {label: Clerk, may: [p_two, {order: [print]}]}}")
    may = merged(layer("p", roles=ROLE), second).tree["roles"]["clerk"]["may"]
    assert list(may) == ["p_one", "order", "p_two"]
    assert list(may["order"]["verbs"]) == ["read", "print"]


def test_the_company_has_the_last_word_about_a_role():
    may = merged(layer("p", roles=ROLE), company(roles="roles: {clerk: {may: [p_two]}}")).tree["roles"]["clerk"]["may"]
    assert list(may) == ["p_two"]
    more = merged(layer("p", roles=ROLE), company(roles="roles: {clerk: {may: {order: {print: {}}}}}"))
    assert list(more.tree["roles"]["clerk"]["may"]["order"]["verbs"]) == ["read", "print"]


def test_two_packs_that_differ_are_told_and_the_company_can_settle_it():
    base = layer("d", workflows=BASE)
    one = layer("p", over=["d"], workflows="w: {steps: {a: {when: q}}}")
    other = layer("q", over=["d"], workflows="w: {steps: {a: {when: r}}}")
    (conflict,) = merge([base, one, other]).problems
    assert (conflict.code, conflict.place.file, conflict.related[0][0].file) == (
        "conflict",
        "q/workflows.yaml",
        "p/workflows.yaml",
    )
    assert step(merged(base, one, other, company(workflows="w: {steps: {a: {when: s}}}")))["when"] == "s"
    assert step(merged(base, one, layer("q", over=["d", "p"], workflows="w: {steps: {a: {when: r}}}")))["when"] == "r"


def test_two_packs_that_agree_are_no_conflict():
    merged(layer("p", workflows=BASE), layer("q", workflows=BASE))


LOCKED = "w: {steps: {a: {label: A, enabled: always}, b: {label: B}}}"


@pytest.mark.parametrize(
    "over",
    [
        "w: {steps: {a: {enabled: false}}}",
        "w: {steps: {a: {enabled: x > 1}}}",
        "w: {steps: {a: {remove: true}}}",
        "w: {steps: {b: {label: B}}, replace: true}",
        "w: {steps: [{b: {label: B}}]}",
    ],
)
def test_a_step_that_is_always_on_cannot_be_lost(over):
    assert codes(layer("d", workflows=LOCKED), company(workflows=over)) == ["enabled_always"]


@pytest.mark.parametrize("over", ["w: {steps: {a: {enabled: true}}}", "w: {steps: {z: {was: a}}}"])
def test_a_step_that_is_always_on_stays_so(over):
    result = merged(layer("d", workflows=LOCKED), company(workflows=over))
    assert step(result, id=ids(result)[0])["enabled"] == "always"


def test_toggles_switch_steps_and_only_steps_that_are_there():
    lane = "w: {label: W, steps: {a: {label: A}}, lanes: {l: {label: L, steps: {s: {label: S}}}}}"
    result = merged(layer("d", workflows=lane), company(company="toggles: {w.a: false, w.s: x > 1}"))
    assert step(result)["enabled"] == "false"
    assert result.tree["workflows"]["w"]["lanes"]["l"]["steps"]["s"]["enabled"] == "x > 1"
    assert codes(layer("d", workflows=lane), toggles_layer({"w.zz": False, "v.a": True}, 10)) == ["unknown_toggle"] * 2


def test_a_toggle_of_an_original_leaves_its_copy_alone():
    flows = f"{BASE}\nv: {{like: w}}"
    result = merged(layer("d", workflows=flows), toggles_layer({"w.a": False}, 10))
    assert ("enabled" in step(result, "v"), step(result)["enabled"]) == (False, "false")


def test_a_department_puts_its_name_before_what_it_declares():
    text = "id: d\nactions: {reserve: {undo: release, emits: [reserved], after: [e.open]}}\nevents: [reserved, d.lost]"
    result = merged(layer("d", plugin=text))
    assert result.tree["actions"] == {
        "d.reserve": {"undo": "d.release", "emits": {"d.reserved": {}}, "after": {"e.open": {}}}
    }
    assert list(result.tree["events"]) == ["d.reserved", "d.lost"]


def test_a_small_pack_may_be_one_file_and_rows_are_merged_by_key():
    text = "id: p\nentities: {e: {fields: {x: {type: text}}}}\nworkflows: {e: {steps: {a: {label: A}}}}\n"
    text += "guide: {g: {label: G}}"
    pack = layer("p", plugin=text, data_e="r1: {x: 1, tags: [a]}\nr2: {x: 2}")
    result = merged(pack, company(data_e="r1: {x: 3}\nr2: {remove: true}", company="guide: {h: {label: H}}"))
    assert result.tree["data"] == {"e": {"r1": {"x": "3", "tags": ["a"]}}}
    assert list(result.tree["guide"]) == ["g", "h"]
    assert list(result.tree["workflows"]["e"]["steps"]) == ["a"]


def test_merging_does_not_depend_on_what_does_not_fit():
    broken = parse("schema: 1\nw: {steps: {a: [x], b: {asks: {x: [1]}, by_itself: text}}, lanes: 3}\nv: text", "f")
    result = merge([Layer("company", 9, [Part("workflows", broken)], is_company=True)])
    assert "w" in result.tree["workflows"]
