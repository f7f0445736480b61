"""The process that sets pages: reads requests from its input, one after the other, and writes pages to its output.

Run as a file, it knows nothing of the house: `python -I typesetter.py`. It lives apart so that a template that eats
memory or never ends takes nothing with it, and so that nobody pays for the typesetter who does not print.
Each message is four bytes of length and a JSON text; an answer has its pages behind it.
"""

from __future__ import annotations

import json
import re
import signal
import struct
import sys
from typing import Any, BinaryIO

MEMORY_MAX = 2 * 1024**3
"""Bytes of address space; the typesetter with its fonts takes a fifth of it."""

CPU_MAX_S = 60.0
"""Seconds of computing for one paper; whoever asks gives up much earlier, unless he was killed meanwhile."""

_HEAD = struct.Struct(">I")
_PLACE = re.compile(r"┌─ (?P<file>.+):(?P<line>[0-9]+):(?P<column>[0-9]+)")
_COMPILERS_MAX = 16


def confine() -> None:
    """Give up what setting pages does not need: writing files, and all of the machine's memory."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))


class Setter:
    """Sets pages; fonts are read once, templates compiled once."""

    def __init__(self) -> None:
        self.fonts: dict[tuple[str, ...], Any] = {}
        self.compilers: dict[tuple[str, str, str], Any] = {}

    def answer(self, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return what is to be answered: pages, or every fault with its place in the template."""
        import typst

        fonts = self._fonts(tuple(asked["fonts"]))
        known = set(fonts.families())
        family = next((each for each in asked["families"] if each in known), None)
        if family is None:
            return {"faults": [{"code": "print_no_font"}]}, []
        compiler = self._compiler(asked["root"], asked["main"], fonts)
        try:
            made, warnings = compiler.compile_with_warnings(
                sys_inputs={"data": asked["data"], "font": family},
                format=asked["format"], ppi=asked["ppi"], timestamp=asked["timestamp"],
            )  # fmt: skip
        except typst.TypstError as error:
            return {"faults": [_fault(error, asked["main"])]}, []
        # A font that is not there is only a warning, and boxes on paper.
        faults = [_fault(each, asked["main"]) for each in warnings if "font family" in each.message]
        if faults:
            return {"faults": faults}, []
        pages = made if isinstance(made, list) else [made]
        return {"pages": [len(each) for each in pages]}, pages

    def _fonts(self, folders: tuple[str, ...]) -> Any:
        import typst

        if folders not in self.fonts:
            self.fonts[folders] = typst.Fonts(include_system_fonts=False, font_paths=list(folders))
        return self.fonts[folders]

    def _compiler(self, root: str, main: str, fonts: Any) -> Any:
        import typst

        key = (root, main, str(id(fonts)))
        if key not in self.compilers:
            if len(self.compilers) >= _COMPILERS_MAX:
                self.compilers.clear()
            self.compilers[key] = typst.Compiler(
                input=f"{root}/{main}", root=root, font_paths=fonts, ignore_system_fonts=True,
                package_path=f"{root}/.none", package_cache_path=f"{root}/.none",
            )  # fmt: skip
        return self.compilers[key]


def _fault(error: Any, main: str) -> dict[str, Any]:
    """Return a diagnostic as its words and its place: that in the template itself, if it has one there."""
    places = [match.groupdict() for each in (error.diagnostic, *error.trace) for match in _PLACE.finditer(each)]
    named = [(each["file"].rpartition("/")[2], int(each["line"]), int(each["column"]) + 1) for each in places]
    place = next((each for each in named if each[0] == main), named[0] if named else None)
    words = "; ".join((error.message, *error.hints))
    found = dict(zip(("file", "line", "column"), place, strict=True)) if place else {}
    return {"code": "print_template", "detail": words, **found}


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the input ends."""
    setter = Setter()
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        asked = json.loads(source.read(_HEAD.unpack(head)[0]))
        # Compiling never comes back to Python, so the signal keeps its default: the end.
        signal.setitimer(signal.ITIMER_PROF, CPU_MAX_S)
        try:
            said, pages = setter.answer(asked)
        except Exception as error:
            said, pages = {"faults": [{"code": "print_template", "detail": f"{type(error).__name__}: {error}"}]}, []
        signal.setitimer(signal.ITIMER_PROF, 0)
        text = json.dumps(said).encode()
        target.write(_HEAD.pack(len(text)) + text + b"".join(pages))
        target.flush()


if __name__ == "__main__":
    confine()
    serve(sys.stdin.buffer, sys.stdout.buffer)
