"""Read a file into a tree, from the events of the C parser; problems instead of exceptions.

Events rather than composed nodes: depth, number of values, aliases and tags are stopped before they cost anything.

Source: facts.md §D; limits are ours.
"""

from __future__ import annotations

import pathlib
import re
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]

from ordinance.problems import Place, Problem, Text, problem
from ordinance.yamlfile.syntax import check_characters, explain, place_at
from ordinance.yamlfile.tree import Marks, Path, Places, Tree

DEPTH_MOST = 40
VALUES_MOST = 200_000
BYTES_MOST = 4_000_000
_BOM = "\ufeff"
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_COLON = "\ue03a"
_COLON_INSIDE = re.compile(r"(?<=[^\s\"'\[\]{},]):(?=[^\s\[\]{},])")
"""A colon within a word; YAML 1.2 allows it inside brackets (`http://x`, `09:00`), the C scanner refuses it there."""
_FIRST_HERE = Text("第一次在这里", "the first one is here")


def read(path: pathlib.Path, name: str) -> Tree:
    """Return the tree of a file; its problems are inside, none is raised.

    Args:
        path: Where the file is.
        name: The name its places carry, relative to the site.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Tree(name, problems=(problem("unreadable", Place(name, 1, 1), detail=error.strerror or "?"),))
    return parse(raw, name)


def parse(source: bytes | str, name: str) -> Tree:
    """Return the tree of a text, or of bytes that should be UTF-8; see `read`."""
    if len(source) > BYTES_MOST:
        return Tree(name, problems=(problem("file_too_big", Place(name, 1, 1), most=BYTES_MOST),))
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as error:
            shown = error.object.decode("utf-8", "replace").removeprefix(_BOM)
            return Tree(name, shown, problems=(_bad_encoding(error, name),))
    # An editor does not count the byte order mark as a column, so neither do we.
    text = source.removeprefix(_BOM)
    if unseen := check_characters(text, name):
        return Tree(name, text, problems=tuple(unseen))
    return _Reader(name, text).read()


def _bad_encoding(error: UnicodeDecodeError, name: str) -> Problem:
    before = error.object[: error.start].decode("utf-8").removeprefix(_BOM)
    return problem("bad_encoding", place_at(before, name, len(before)), byte=f"{error.object[error.start]:#04x}")


class _StopError(Exception):
    """Reading further makes no sense; the reason is already among the problems."""


class _Reader:
    """Builds one tree from the events of one text."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.problems: list[Problem] = []
        self.values: Marks = {}
        self.keys: Marks = {}
        self.tab_lines = frozenset(text.count("\n", 0, match.start()) for match in _TAB_INDENT.finditer(text))
        self.count = 0
        self.is_disguised = False

    def read(self) -> Tree:
        data: Any = {}
        try:
            data = self.document_of(self.text)
        except _StopError:
            data = {}
        # Whatever a hostile file makes the library raise, the reader of the report gets a place and words.
        except Exception as error:
            data = {}
            self.problems.append(explain(error, self.text, self.name))
        if not isinstance(data, dict):
            if data != "":
                self.problems.append(problem("not_a_map", Places(self.name, self.values)[()]))
            data = {}
        places, keys = Places(self.name, self.values), Places(self.name, self.keys)
        return Tree(self.name, self.text, data, places, keys, tuple(self.problems))

    def document_of(self, text: str) -> Any:
        """Return the value of the text; where only its colons trouble the scanner, they pass it in disguise."""
        self.parser = CParser(text)
        try:
            return self.document()
        except Exception as error:
            if "unexpected ':'" not in str(error) or _COLON in text:
                raise
        self.values, self.keys, self.problems, self.count = {}, {}, [], 0
        self.parser = CParser(_COLON_INSIDE.sub(_COLON, text))
        self.is_disguised = True
        return self.document()

    def document(self) -> Any:
        """Return the value of the only document; an empty text when there is none."""
        data: Any = ""
        documents = 0
        while (event := self.parser.get_event()) is not None:
            kind = event.__class__.__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if event.version or event.tags:
                    self.add("directive", event)
                if documents > 1:
                    self.stop("two_documents", event)
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                data = self.value(event, (), 0)
        return data

    def value(self, event: Any, path: Path, depth: int) -> Any:
        """Return the value that begins with this event, and note its place."""
        self.values[path] = _mark(event)
        self.count += 1
        if self.count > VALUES_MOST:
            self.stop("too_many_values", event, most=VALUES_MOST)
        kind = event.__class__.__name__
        if kind == "ScalarEvent":
            self.look_at(event)
            return event.value.replace(_COLON, ":") if self.is_disguised else event.value
        if kind == "AliasEvent":
            self.add("alias", event, name=event.anchor)
            return ""
        self.look_at(event)
        if depth >= DEPTH_MOST:
            self.stop("nested_too_deep", event, most=DEPTH_MOST)
        return self.map(path, depth) if kind == "MappingStartEvent" else self.list(path, depth)

    def list(self, path: Path, depth: int) -> Any:
        items: list[Any] = []
        get = self.parser.get_event
        while (event := get()).__class__.__name__ != "SequenceEndEvent":
            items.append(self.value(event, (*path, len(items)), depth + 1))
        return items

    def map(self, path: Path, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        get, keys = self.parser.get_event, self.keys
        while (event := get()).__class__.__name__ != "MappingEndEvent":
            if event.__class__.__name__ != "ScalarEvent":
                self.skip_entry(event, path, depth)
                continue
            self.look_at(event)
            key = event.value.replace(_COLON, ":") if self.is_disguised else event.value
            inside = (*path, key)
            if key in entries:
                self.repeated(event, inside, depth)
                continue
            if key == "<<" and event.implicit[0]:
                self.add("merge_key", event)
                self.aside(depth)
                continue
            keys[inside] = _mark(event)
            entries[key] = self.value(get(), inside, depth + 1)
        return entries

    def repeated(self, event: Any, path: Path, depth: int) -> None:
        """The second of two equal keys: said with the first one; its value is read for its own faults and left out."""
        related = ((Places(self.name, self.keys)[path], _FIRST_HERE),)
        self.problems.append(problem("duplicate_key", self.place(event), related=related, key=path[-1]))
        self.aside(depth)

    def skip_entry(self, event: Any, path: Path, depth: int) -> None:
        """A key that is a list, a map or an alias: `{[a]: b}`, `{{name}}`."""
        self.problems.append(problem("key_not_text", self.place(event)))
        kept = self.values
        self.values = {}
        self.value(event, path, depth + 1)
        self.values = kept
        self.aside(depth)

    def aside(self, depth: int) -> None:
        """Read one value whose place is not to be kept."""
        kept_values, kept_keys = self.values, self.keys
        self.values, self.keys = {}, {}
        self.value(self.parser.get_event(), (), depth + 1)
        self.values, self.keys = kept_values, kept_keys

    def look_at(self, event: Any) -> None:
        """Note what is not used here although YAML has it."""
        if event.anchor is not None:
            self.add("anchor", event, name=event.anchor)
        if event.tag is not None:
            self.add("tag", event, tag=event.tag.replace(_COLON, ":"))
        if self.tab_lines and event.start_mark.line in self.tab_lines:
            self.tab_lines -= {event.start_mark.line}
            self.problems.append(problem("tab", Place(self.name, event.start_mark.line + 1, 1)))

    def place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Place(self.name, start.line + 1, start.column + 1, max(1, length))

    def add(self, code: str, event: Any, **values: Any) -> None:
        self.problems.append(problem(code, self.place(event), **values))

    def stop(self, code: str, event: Any, **values: Any) -> None:
        self.add(code, event, **values)
        raise _StopError


def _mark(event: Any) -> tuple[int, int, int, int, int, int, str]:
    start, end = event.start_mark, event.end_mark
    kind = event.__class__.__name__
    if kind == "MappingStartEvent":
        style = "{" if event.flow_style else "map"
    elif kind == "SequenceStartEvent":
        style = "[" if event.flow_style else "list"
    else:
        style = getattr(event, "style", None) or ""
    return start.line, start.column, start.index, end.line, end.column, end.index, style
