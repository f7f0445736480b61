"""The department of the guide for authors is as small as the guide says."""

from pathlib import Path

HELLO = Path(__file__).parents[2] / "core/docs/guide/hello"


def test_it_is_yaml_and_at_most_30_lines_of_python() -> None:
    assert sorted(each.name for each in HELLO.glob("*.*")) == ["README.md", "hooks.py", "plugin.yaml"]
    assert len((HELLO / "hooks.py").read_text("utf-8").splitlines()) <= 30
