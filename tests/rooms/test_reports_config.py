"""Reports and dashboards as they are written: what is wrong is told where it stands; layers add; what is off is gone."""

import pytest
from rooms.shop_kit import Shop, only, told

from ordinance.problems.catalogue import reports

FILE = "config/reports.yaml"
COLUMNS = "columns: {pieces: {value: quantity, total: sum}, amount: {total: sum}}"

CASES = {
    "report_without_columns": (COLUMNS, "columns: {}"),
    "report_rows_twice": ("  lines: lines", "  lines: lines\n  each: step"),
    "cannot_group": ("group: [product]", "group: [parent.lines]"),
    "no_days": ("group: [product]", "group: [product.month]"),
    "column_wants": (COLUMNS, "columns: {pieces: {value: product, total: sum}, amount: {total: sum}}"),
    "column_says_twice": (COLUMNS, "columns: {pieces: {value: quantity, formula: pieces * 2}, amount: {}}"),
    "column_of_what": (COLUMNS, "columns: {pieces: {value: quantity}, amount: {}, share: {of: peices, show: share}}"),
    "unknown_period": ("  group:", "  parameters: {parent.created_at: 30x}\n  group:"),
    "bad_parameter_default": ("  group:", "  parameters: {quantity: many}\n  group:"),
    "compares_nothing": (COLUMNS, "columns: {pieces: {value: quantity}, amount: {}, was: {of: amount, show: before}}"),
    "mixed_measures": (COLUMNS, "columns: {pieces: {value: quantity}, amount: {value: amount + dollars}}"),
    "unknown_report": ("schema: 1", "schema: 1\ndashboards: {main: {tiles: {one: {report: sould}}}}"),
    "unknown_report_parameter": (
        "schema: 1",
        "schema: 1\ndashboards: {main: {tiles: {one: {report: sold, parameters: {prodct: x}}}}}",
    ),
    "tile_of_nothing": ("schema: 1", "schema: 1\ndashboards: {main: {tiles: {one: {report: sold, shows: work}}}}"),
    "unknown_column": ("schema: 1", "schema: 1\ndashboards: {main: {tiles: {one: {report: sold, column: amuont}}}}"),
    "unknown_entity": ("of: order", "of: oder"),
    "unknown_path": ("group: [product]", "group: [prodct]"),
    "unknown_role": ("by: [administrator]", "by: [adminstrator]"),
    "not_in_query": ("when: parent.done", "when: parent.waits_at.count() > 0 or parent.status == 'x'"),
    "not_a_document": ("of: order\n  lines: lines", "of: customer\n  each: step"),
    "unknown_name": (COLUMNS, "columns: {pieces: {value: quantity}, mean: {formula: amuont / pieces}}"),
}
"""Code to what brings it about."""

AT_RUN_TIME = {"report_hidden", "too_many_groups"}


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    if "currency" not in (made.folder / "config/entities.yaml").read_text("utf-8"):
        made.change(
            "config/entities.yaml",
            "amount:   {type: money,",
            "dollars:  {type: money, currency: USD, label: {zh: 美元, en: Dollars}}\n        amount:   {type: money, currency: CNY,",
        )
    return made


@pytest.mark.parametrize("code", CASES)
def test_each_fault_is_found_on_its_line(shop, code):
    old, new = CASES[code]
    loaded = shop.change(FILE, old, new).load()
    found = [each for each in loaded.problems if each.code == code]
    assert found, told(loaded)
    assert found[0].place.file == FILE
    assert loaded.blueprint is None


def test_every_code_has_a_case():
    assert set(reports.ENTRIES) - set(CASES) == {*AT_RUN_TIME, "report_left_out"}


def test_a_wrong_name_gets_the_closest_right_one(shop):
    problem = only(shop.change(FILE, "group: [product]", "group: [prodct]").load(), "unknown_path")
    assert "product" in problem.remedy.en
    assert (problem.place.line, problem.place.column) == (7, 11)


def test_a_report_is_compiled_with_its_labels_and_what_it_leaves_out(shop):
    report = shop.load().blueprint.reports["sold"]
    assert [(each.id, each.label.en) for each in report.groups] == [("product", "Product")]
    assert [(each.id, each.total) for each in report.columns.values()] == [("pieces", "sum"), ("amount", "sum")]
    assert report.rows == "order.lines"
    assert report.chart is None


def test_a_later_layer_adds_a_column_and_takes_one_away(shop):
    shop.write(
        "plugins/stock/reports.yaml",
        "schema: 1\nheld:\n  label: {zh: 订单, en: Orders}\n  of: order\n  group: [kind]\n"
        "  columns: {orders: {total: count}, worth: {value: total}}\n"
        "dashboards: {main: {tiles: {one: {report: held, column: orders}, two: {report: held}}}}\n",
    )
    shop.change(
        FILE,
        "schema: 1\n",
        "schema: 1\nheld: {columns: {orders: {remove: true}, mean: {value: total, total: average}}}\n"
        "dashboards: {main: {tiles: {one: {column: worth}, two: {remove: true}, three: {shows: work}}}}\n",
    )
    blueprint = shop.load().blueprint
    assert list(blueprint.reports["held"].columns) == ["worth", "mean"]
    assert blueprint.reports["held"].department == "stock"
    tiles = blueprint.dashboards["main"].tiles
    assert [(each.id, each.report, each.column, each.shows) for each in tiles] == [
        ("one", "held", "worth", ""),
        ("three", "", "", "work"),
    ]


def test_a_report_of_a_process_the_company_does_not_have_is_left_out_with_a_note(shop):
    shop.write(
        "plugins/stock/reports.yaml",
        "schema: 1\nopen:\n  label: {zh: 客户, en: Customers}\n  of: customer\n  when: phase == 'running'\n"
        "  columns: {all: {total: count}}\n"
        "dashboards: {main: {label: {zh: 概览, en: Main}, tiles: {one: {report: open}}}}\n",
    )
    loaded = shop.load()
    assert told(loaded) == []
    assert "report_left_out" in told(loaded, notes=True)
    assert "open" not in loaded.blueprint.reports
    assert loaded.blueprint.dashboards["main"].tiles == ()


def test_what_is_off_is_gone_and_its_tiles_with_it(shop):
    shop.change(FILE, "  of: order", "  of: order\n  enabled: false")
    shop.change(FILE, "schema: 1\n", "schema: 1\ndashboards: {main: {tiles: {one: {report: sold}}}}\n")
    loaded = shop.load()
    assert told(loaded) == []
    assert loaded.blueprint.reports == {}
    assert loaded.blueprint.dashboards["main"].tiles == ()
