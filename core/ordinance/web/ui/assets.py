"""The static files: read once, named by the hash of them all, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ordinance.drawing import STYLE
from ordinance.handbook import HANDBOOK
from ordinance.reports.charts import STYLE as CHARTS

FOLDER = Path(__file__).parent / "static"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

STYLES = ("css/tokens.css", "css/parts.css", "css/page.css", "css/narrow.css")
"""Style sheets in the order of their layers; a browser gets them as one, without comments and blanks."""

SHEET = "css/all.css"

MAIN = "js/main.js"

OWN = re.compile(r"(css|js)/own/")
"""Sheets and modules of single pages: only a page that names them fetches them (`asset` in its template)."""

MADE = {"css/own/drawing.css": STYLE, "css/own/handbook.css": HANDBOOK, "css/own/chart.css": CHARTS}
"""Sheets that the rooms bring which make the markup."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The files by their path, and the prefix they are served under.

    The prefix changes with any byte of any file, so relative imports follow and nothing cached is ever stale.
    """

    prefix: str
    files: Mapping[str, bytes]

    def href(self, path: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        self.files[path]
        return f"{self.prefix}/{path}"

    @property
    def modules(self) -> tuple[str, ...]:
        """The addresses of the modules that the main one imports, to be fetched all at once."""
        names = (each for each in sorted(self.files) if each.endswith(".js") and not OWN.match(each))
        return tuple(self.href(each) for each in names if each != MAIN)


def read_assets(folder: Path = FOLDER) -> Assets:
    """Read every file that can be served."""
    files = {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.suffix in MEDIA_TYPES
    }
    files[SHEET] = b"".join(files.pop(each) for each in STYLES)
    files |= {path: f"@layer parts {{{sheet}}}".encode() for path, sheet in MADE.items()}
    files = {path: _trimmed(content) if path.endswith(".css") else content for path, content in files.items()}
    digest = hashlib.sha256()
    for path, content in files.items():
        digest.update(path.encode() + b"\0" + content + b"\0")
    return Assets(f"/static/{digest.hexdigest()[:12]}", MappingProxyType(files))


def _trimmed(sheet: bytes) -> bytes:
    """Return a sheet without comments and without the blanks that its grammar does not need."""
    bare = re.sub(rb"\s*\n\s*", b"\n", re.sub(rb"/\*.*?\*/", b"", sheet, flags=re.DOTALL)).lstrip()
    tight = re.sub(rb" ?([{};,>]) ?", rb"\1", re.sub(rb": (?=[^{}]*[;}])", b":", bare))
    return re.sub(rb"([{};,])\n", rb"\1", tight).replace(b";}", b"}")
