"""What the repository says in public, and what it must not say."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = {".py", ".md", ".yaml", ".toml", ".html", ".css", ".js", ".txt", ".ini", ""}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and Path(name).suffix in TEXT and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    forbidden = re.compile("python" + "hosted|registry" + r"\.npm|/(?:wor" + "k|roo" + "t|far" + "m)/")
    found = [str(path) for path in tracked() if forbidden.search(path.read_text("utf-8", "replace"))]
    assert not found


def test_the_readme_is_at_most_150_lines():
    readme = ROOT / "README.md"
    assert readme.read_text("utf-8").count("\n") <= 150


def test_the_lock_file_has_hashes_and_no_addresses():
    lock = (ROOT / "core" / "requirements.txt").read_text("utf-8")
    assert "http" + "s://" not in lock
    assert "--index" not in lock
    pins = re.findall(r"^[A-Za-z0-9_.-]+==\S+", lock, re.M)
    assert pins
    assert lock.count("--hash=sha256:") >= len(pins)


def test_the_visible_top_level_is_the_closed_list():
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    visible = {name for name in names if not name.startswith(".")}
    assert visible <= {
        "pyproject.toml", "core", "plugins", "config", "workflows.yaml", "roles.yaml", "cli.py", "tests", "README.md",
        "LICENSE", "Makefile",
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["core/ordinance", "plugins"])
def test_code_has_no_todo(folder):
    code = [path for path in tracked() if path.suffix == ".py" and folder in str(path)]
    assert not [str(path) for path in code if "TODO" in path.read_text("utf-8")]
