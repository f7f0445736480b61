"""The template environments, one for each language, and the one way to make a page of a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ordinance.web.ui.assets import MAIN, SHEET, Assets
from ordinance.web.ui.messages import BROWSER_WORDS, WORDS, words
from ordinance.web.ui.views.frame import Frame

FOLDER = Path(__file__).parent / "templates"
LOCALES = ("zh", "en")


class Pages:
    """Makes pages. One for a process; templates are compiled once for each language.

    Args:
        assets: The static files, for their addresses.
    """

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        self._environments = {locale: _environment(locale, assets) for locale in LOCALES}

    def render(self, template: str, frame: Frame, **values: Any) -> str:
        """Return a page as HTML.

        Args:
            template: A file of the templates folder.
            frame: What stands around the content.
            values: What the template names.
        """
        return self._environments[frame.locale].get_template(template).render(frame=frame, **values)

    def environment(self, locale: str) -> Environment:
        """Return the environment of a language, for a single macro."""
        return self._environments[locale]


def _environment(locale: str, assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        t=words(locale),
        style=assets.href(SHEET),
        modules=assets.modules,
        asset=assets.href,
        main=assets.href(MAIN),
        icon=assets.href("mark.svg"),
        browser_words=_browser_words(locale),
    )
    return environment


def _browser_words(locale: str) -> Markup:
    at = LOCALES.index(locale)
    text = json.dumps({key: WORDS[key][at] for key in BROWSER_WORDS}, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - our own words, and no tag can begin in them
