"""What a file is: told by how its content begins and what it is called, never by what its sender claims.

Only plain pictures are ever shown in place; HTML, SVG and everything else a browser might run is handed out as a file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
"""What a file is of which nothing is known."""

NAME_LONGEST = 120
"""Characters of a file's name."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and how its content must begin, if that is known."""

    media_type: str
    begins: tuple[bytes, ...] = ()
    shown: bool = False

    @property
    def picture(self) -> bool:
        """Whether it is a picture."""
        return self.media_type.startswith("image/")

    @staticmethod
    def of(media_type: str) -> Kind:
        """Return the kind of a media type as it was kept."""
        return _BY_TYPE.get(media_type, _OTHER)


_OTHER = Kind(UNKNOWN)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument."

KINDS: dict[str, Kind] = {
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), shown=True),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",), shown=True),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",), shown=True),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a"), shown=True),
    "webp": Kind("image/webp", (b"RIFF",), shown=True),
    "bmp": Kind("image/bmp", (b"BM",), shown=True),
    "tif": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "heic": Kind("image/heic"),
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "ofd": Kind("application/ofd", _ZIP),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", _ZIP),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _ZIP),
    "pptx": Kind(f"{_OFFICE}presentationml.presentation", _ZIP),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
    "msg": Kind("application/vnd.ms-outlook", _OLE),
    "eml": Kind("message/rfc822"),
    "txt": Kind("text/plain"),
    "csv": Kind("text/csv"),
    "zip": Kind("application/zip", _ZIP),
    "rar": Kind("application/vnd.rar", (b"Rar!\x1a\x07",)),
    "7z": Kind("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "mp3": Kind("audio/mpeg"),
    "mp4": Kind("video/mp4"),
    "m4a": Kind("audio/mp4"),
}
"""Kinds that are known, by the extension of a name."""

_BY_TYPE = {each.media_type: each for each in KINDS.values()}
_DANGEROUS = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
_UNITS = (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10))


def tidy_name(name: str) -> str:
    """Return a name that is safe on every system: no folders, nothing invisible, not too long; the extension stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = " ".join(_DANGEROUS.sub(" ", unicodedata.normalize("NFC", last)).split()).strip(" .")
    stem, dot, extension = clean.rpartition(".")
    if dot and stem and len(extension) <= 10:
        return f"{stem[: NAME_LONGEST - len(extension) - 1].rstrip(' .')}.{extension}"
    return clean[:NAME_LONGEST] or "file"


def extension_of(name: str) -> str:
    """Return the extension of a name, lower case, without its dot."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def kind_of(name: str, head: bytes) -> str | None:
    """Return the media type of a file.

    Args:
        name: What it is called.
        head: How its content begins.

    Returns:
        None if it does not begin as files of its name do: then it is not what it says it is.
    """
    found = KINDS.get(extension_of(name))
    if found is None:
        return UNKNOWN
    if found.begins and not head.startswith(found.begins):
        return None
    return found.media_type


def size_words(size: int) -> str:
    """Return a size as people read it."""
    for unit, of in _UNITS:
        if size >= of:
            return f"{size / of:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"
