"""What every page carries around its content: who is here, where they may go, language, theme, assets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """A place one may go; `count` only where somebody must act."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A department in the navigation; `key` is the letter that goes there after `g`."""

    label: str
    key: str
    items: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in, in words."""

    name: str
    roles: str = ""

    @property
    def initial(self) -> str:
        """The letter in the round mark."""
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything a page template needs besides its own view."""

    site: str
    locale: str = "zh"
    theme: str = "system"
    csrf: str = ""
    here: str = "/"
    user: User | None = None
    groups: tuple[NavGroup, ...] = ()
    home: Destination | None = None
    beside: tuple[Destination, ...] = ()
    settings: tuple[Destination, ...] = ()
    portal: bool = False
    said: str = ""
    notices: int = 0

    @property
    def language(self) -> str:
        """The page's language tag."""
        return "zh-CN" if self.locale == "zh" else "en"
