"""The one gate: every check there is, in order, the same for people and for CI.

`python tests/gate.py` runs all parts; `python tests/gate.py lint types` runs those named. It stops at the end, not at
the first failure, and closes with one line for each part.
"""

# ruff: noqa: T201

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
_WORKERS_MAX = 4
"""Each worker has a PostgreSQL server of its own."""


def run(*command: str, **environment: str) -> bool:
    """Run a command at the root of the repository; return whether it succeeded."""
    print(f"$ {' '.join(str(part) for part in command)}", flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode == 0


def pytest(*arguments: str) -> bool:
    """Run pytest with the interpreter of this environment."""
    return run(PYTHON, "-m", "pytest", "-q", *arguments)


def lint() -> bool:
    """Style: ruff's rules."""
    return run(str(BIN / "ruff"), "check", ".")


def types() -> bool:
    """Types: mypy, strict."""
    return run(str(BIN / "mypy"))


def rooms() -> bool:
    """Walls: who may import whom."""
    return run(str(BIN / "lint-imports"), "--config", "tests/house/rooms.ini", PYTHONPATH="core")


def unit() -> bool:
    """Behaviour: rooms, house rules, golden files, scenarios, both databases."""
    workers = str(min(_WORKERS_MAX, os.cpu_count() or 1))
    places = ("tests/rooms", "tests/house", "tests/golden", "tests/scenarios", "tests/fuzz")
    return pytest("-n", workers, "--dist", "worksteal", *places)


def browser() -> bool:
    """Screens in a real browser, in a process of its own; says loudly when there is no browser."""
    if os.environ.get("CHROMIUM") or shutil.which("chromium"):
        return pytest("tests/browser")
    print("!! NO CHROMIUM: the screens were NOT tested in a browser. Install chromium, or set CHROMIUM to its path.")
    return os.environ.get("ORDINANCE_DEMAND_BROWSER") != "1"


def real() -> bool:
    """A real company's books, where their folder is named by ORDINANCE_REAL_DATA."""
    if not os.environ.get("ORDINANCE_REAL_DATA"):
        print("!! NO REAL DATA: set ORDINANCE_REAL_DATA to the folder with the data sets to run tests/real.")
        return os.environ.get("ORDINANCE_DEMAND_REAL_DATA") != "1"
    return pytest("tests/real")


def docs() -> bool:
    """Documents that a machine makes are as a machine makes them."""
    return run(PYTHON, "tests/docs.py", "--check")


def wheel() -> bool:
    """The wheel, built and used in an empty environment."""
    return run(PYTHON, "tests/wheel.py")


PARTS = {part.__name__: part for part in (lint, types, rooms, docs, unit, browser, real, wheel)}


def main(names: list[str]) -> int:
    """Run the parts named, or all; return 0 if every one of them held."""
    outcome: list[tuple[str, bool, float]] = []
    for name in names or PARTS:
        print(f"\n== {name}: {PARTS[name].__doc__}", flush=True)
        started = time.monotonic()
        held = PARTS[name]()
        outcome.append((name, held, time.monotonic() - started))
    print()
    for name, held, seconds in outcome:
        print(f"{'ok  ' if held else 'FAIL'} {name:8} {seconds:7.1f} s")
    return 0 if all(held for _, held, _ in outcome) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
