"""What a department owes to whoever installs it, checked from its folder alone.

    from ordinance.testing.conformance import check_department, play_department

    def test_it_conforms():
        assert check_department(Path("plugins/hello")) == ()
        assert play_department(Path("plugins/hello")) == ()

Held: it has a README; everything of its own with an id has a label in Chinese and in English; every action says how it
is undone; it has scenarios, and every action is tried by one of them; it can be read, its code included, where every
department is switched off that it does not require.

What a department offers is nobody's process yet, so its stories are told in a small company of its own, a site in the
folder `scenarios/<company>`, with `workflows.yaml`, `roles.yaml` and `config/scenarios/*.yaml`. The department itself
need not lie in it. Stories in `scenarios/*.yaml` are those of any company that has the department.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordinance.blueprint import Loaded, load
from ordinance.departments import builtin_plugins, find_departments, load_code
from ordinance.problems import Place, Text
from ordinance.testing.failing import Failure
from ordinance.testing.reading import is_site, read_scenarios
from ordinance.testing.scenarios import WAYS, Theatre

_LABELLED = (
    ("entities", "*"),
    ("entities", "*", "fields", "*"),
    ("entities", "*", "fields", "*", "options", "*"),
    ("entities", "*", "fields", "*", "fields", "*"),
    ("catalogue", "*", "steps", "*"),
    ("catalogue", "*", "lanes", "*"),
    ("workflows", "*"),
    ("workflows", "*", "steps", "*"),
    ("workflows", "*", "lanes", "*"),
    ("permissions", "*"),
    ("roles", "*"),
    ("actions", "*"),
    ("checks", "*"),
    ("events", "*"),
)
"""Where things with an id stand in the merged tree; `*` is any id."""

_LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a department owes: the rule, in words, and where."""

    rule: str
    words: Text
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place or ''} [{self.rule}] {self.words.en}".strip()


def check_department(folder: Path) -> tuple[Finding, ...]:
    """Return what a department owes; nothing if it conforms.

    Args:
        folder: The department's folder; its name is its id.
    """
    folder = folder.resolve()
    found = [*_readme(folder)]
    with tempfile.TemporaryDirectory(prefix="ordinance-conformance-") as temporary:
        site = _bare_site(Path(temporary), folder)
        loaded = load(site)
        found += _alone(site, loaded)
        found += _labels(loaded, folder.name)
        found += _undone(loaded, folder.name)
        found += _tried(loaded, folder)
    return tuple(found)


def play_department(folder: Path, ways: Sequence[str] = WAYS) -> tuple[Failure, ...]:
    """Play the stories of a department, each in its company, and return what failed.

    Args:
        folder: The department's folder.
        ways: Through the acts, through HTTP, or both.
    """
    folder = folder.resolve()
    found: list[Failure] = []
    for company in _companies(folder):
        with tempfile.TemporaryDirectory(prefix="ordinance-department-") as temporary:
            site = Path(temporary) / company.name
            shutil.copytree(company, site)
            _install(site, folder)
            found += asyncio.run(_play(site, Path(temporary), ways))
    return tuple(found)


async def _play(site: Path, folder: Path, ways: Sequence[str]) -> list[Failure]:
    scenarios, _ = read_scenarios(site, [site / "config"])
    theatre = await Theatre.of(site, folder)
    return [failure for each in scenarios for way in ways for failure in await theatre.run(each, way)]


def _companies(folder: Path) -> list[Path]:
    """Return the small companies in which a department tells its stories."""
    return sorted(each for each in folder.glob("scenarios/*") if is_site(each))


def _install(site: Path, folder: Path) -> None:
    """Put a department into a site, unless every site has it."""
    if folder.parent != builtin_plugins().resolve():
        (site / "plugins").mkdir(exist_ok=True)
        (site / "plugins" / folder.name).symlink_to(folder, target_is_directory=True)


def _readme(folder: Path) -> Iterator[Finding]:
    readme = folder / "README.md"
    if not readme.is_file() or not readme.read_text("utf-8").strip():
        yield Finding("readme", Text("没有 README.md", "there is no README.md that says what it does"))


def _bare_site(site: Path, folder: Path) -> Path:
    """Make a site that has this department and what it requires, and everything else switched off."""
    (site / "config").mkdir(parents=True)
    _install(site, folder)
    installed = find_departments(site).departments
    wanted, waiting = set(), [folder.name]
    while waiting:
        id = waiting.pop()
        if id in installed and id not in wanted:
            wanted.add(id)
            waiting += installed[id].requires
    switches = {id: id in wanted for id, each in installed.items() if not each.is_pack or id == folder.name}
    lines = [f"  {id}: {{enabled: {str(on).lower()}}}" for id, on in sorted(switches.items())]
    text = "\n".join(["schema: 1", "id: conformance", "departments:", *lines, ""])
    (site / "config" / "company.yaml").write_text(text, "utf-8")
    return site


def _alone(site: Path, loaded: Loaded) -> Iterator[Finding]:
    problems = [*loaded.problems, *load_code(site, loaded.departments).problems]
    for each in problems:
        if each.severity == "error":
            yield Finding("alone", each.message, each.place)


def _own(loaded: Loaded, department: str, path: tuple[str, ...]) -> Place | None:
    """Return where a department wrote something, or None if another one brought it."""
    assert loaded.merged is not None
    writers = loaded.merged.writers(path)
    return writers[0][1] if writers and writers[0][0] == department else None


def _labels(loaded: Loaded, department: str) -> Iterator[Finding]:
    for pattern in _LABELLED if loaded.merged is not None else ():
        for path, body in _at(loaded.merged.tree if loaded.merged else {}, pattern):
            place = _own(loaded, department, path)
            label = body.get("label") if isinstance(body, Mapping) else None
            for language in _LANGUAGES if place is not None else ():
                if not (isinstance(label, Mapping) and label.get(language)):
                    name = ".".join(path)
                    words = Text(f"{name} 没有 {language} 名称", f"{name} has no {language} label")
                    yield Finding("labels", words, place)


def _at(tree: Any, pattern: tuple[str, ...], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not pattern:
        yield path, tree
        return
    inside = tree if isinstance(tree, Mapping) else {}
    for key in inside if pattern[0] == "*" else [each for each in inside if each == pattern[0]]:
        yield from _at(inside[key], pattern[1:], (*path, key))


def _actions(loaded: Loaded, department: str) -> dict[str, Any]:
    tree = loaded.merged.tree if loaded.merged is not None else {}
    return {id: body for id, body in (tree.get("actions") or {}).items() if id.partition(".")[0] == department}


def _undone(loaded: Loaded, department: str) -> Iterator[Finding]:
    actions = _actions(loaded, department)
    ways_back = {body.get("undo") for body in actions.values()}
    for id, body in actions.items():
        is_way_back = id in ways_back or id.partition(".")[2] in ways_back
        if not body.get("undo") and not is_way_back:
            place = _own(loaded, department, ("actions", id))
            words = Text(f"动作 {id} 没有写 undo", f"the action {id} does not say how it is undone")
            yield Finding("undo", words, place)


def _tried(loaded: Loaded, folder: Path) -> Iterator[Finding]:
    scenarios, problems = read_scenarios(folder.parent.parent, sorted(_scenario_files(folder)))
    for each in problems:
        yield Finding("scenarios", each.message, each.place)
    if not scenarios:
        yield Finding("scenarios", Text("没有情景", "it has no scenarios"))
    named = {name for scenario in scenarios for act, _ in scenario.acts for name in _mentioned(act.get("expect") or {})}
    for id in _actions(loaded, folder.name):
        if id not in named:
            words = Text(f"没有情景试过动作 {id}", f"no scenario of its own tries the action {id}")
            yield Finding("scenarios", words, _own(loaded, folder.name, ("actions", id)))


def _scenario_files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("scenarios/*.yaml")
    yield from folder.glob("scenarios.yaml")
    for company in _companies(folder):
        yield from company.glob("config/scenarios/*.yaml")


def _mentioned(expect: Mapping[str, Any]) -> Iterator[str]:
    for word in ("did", "undid"):
        said = expect.get(word) or ()
        yield from [said] if isinstance(said, str) else said
