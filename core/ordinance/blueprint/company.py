"""The company's own settings: its name, language, time zone, currency and working days.

Source: language.md §1 (`config/company.yaml`), §2 (`due`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ordinance.blueprint.bench import Node
from ordinance.expressions import WorkCalendar
from ordinance.problems import Text

ZONE = "Asia/Shanghai"
_LABEL = Text("公司", "Company")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


TYPES = frozenset(
    (
        *("pdf", "ofd", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "csv", "txt", "eml", "msg"),
        *("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic"),
        *("zip", "rar", "7z", "mp3", "mp4", "m4a"),
    )
)
"""Extensions that are taken where the company names none."""

_MB = 1024 * 1024
_LARGEST_MB = 64
"""More than this is never taken in one request, whatever the company says."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """What may be attached: `largest` in bytes, `types` as extensions in lower case."""

    largest: int = 20 * _MB
    types: frozenset[str] = TYPES

    def refuses(self, name: str) -> bool:
        """Return whether a file of this name is not taken."""
        return name.rpartition(".")[2].lower() not in self.types if "." in name else True


@dataclass(frozen=True, slots=True)
class Company:
    """Who the company is, and the settings that everything else follows. `zone` names its time zone."""

    id: str = "company"
    label: Text = _LABEL
    about: Text | None = None
    locale: str = "zh-CN"
    zone: str = ZONE
    currency: str = "CNY"
    rounding: str = "half_up"
    tax_per: str = "line"
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar(ZoneInfo(ZONE)))
    packs: tuple[str, ...] = ()
    files: FileRules = FileRules()


def build_company(node: Node) -> Company:
    """Return the company of the merged tree. Its texts are validated; what could not be read has its usual value."""
    zone = _zone(node)
    rounding = node.at("rounding")
    return Company(
        id=node.text("id") or "company",
        label=node.words("label") or _LABEL,
        about=node.words("about"),
        locale=node.text("locale") or "zh-CN",
        zone=zone,
        currency=node.text("currency") or "CNY",
        rounding=rounding.text("mode") or "half_up",
        tax_per=rounding.text("tax") or "line",
        calendar=_calendar(node.at("calendar"), ZoneInfo(zone)),
        packs=node.at("packs").names(),
        files=_files(node.at("files")),
    )


def _files(node: Node) -> FileRules:
    largest = node.text("largest") or ""
    named = frozenset(each.lower().removeprefix(".") for each in node.at("types").names())
    megabytes = min(int(largest), _LARGEST_MB) if largest.isdigit() and int(largest) else FileRules().largest // _MB
    return FileRules(megabytes * _MB, named or TYPES)


def _zone(node: Node) -> str:
    name = node.text("zone") or ZONE
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZONE
    return name


def _calendar(node: Node, zone: ZoneInfo) -> WorkCalendar:
    usual = WorkCalendar(zone)
    days = frozenset(_DAYS.index(name) for name in node.at("workdays").names() if name in _DAYS)
    hours = tuple(found for name in node.at("hours").names() if (found := _hours(name)))
    return WorkCalendar(
        zone,
        days or usual.workdays,
        frozenset(_dates(node.at("holidays"))),
        tuple(sorted(hours)) or usual.daily,
        frozenset(_dates(node.at("extra_workdays"))),
    )


def _dates(node: Node) -> list[date]:
    found = []
    for name in node.names():
        try:
            found.append(date.fromisoformat(name))
        except ValueError:
            continue
    return found


def _hours(text: str) -> tuple[time, time] | None:
    start, _, end = text.partition("-")
    try:
        return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        return None
