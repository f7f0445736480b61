"""The handbook page: which roles somebody may read, and the content of one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.handbook import Writer, body_html
from ordinance.handbook.vocabulary import say
from ordinance.web.ui.views.navigation import may_see_process


@dataclass(frozen=True, slots=True)
class BookView:
    """One handbook as the page shows it."""

    title: str
    line: str
    body: Markup


def roles_for(force: Force, actor: Actor) -> tuple[str, ...]:
    """Return the roles whose handbook the actor reads: its own first, then, for the administrator, those of people."""
    mine = [role for face in actor.faces() for role in face.roles if role in force.blueprint.roles]
    every = [each.id for each in force.blueprint.roles.values() if each.kind == "person"]
    return tuple(dict.fromkeys([*mine, *(every if may_see_process(force, actor) else ())]))


def book_of(force: Force, locale: str, role: str) -> BookView:
    """Return the handbook of a role; made once for a configuration and a language."""
    return force.once(("handbook", locale, role), lambda: _made(force, locale, role))


def _made(force: Force, locale: str, role: str) -> BookView:
    book = Writer(force.blueprint, locale, force.rights.grants).of(role)
    return BookView(
        title=say(locale, "handbook_of", role=book.label),
        line=f"{book.company} · {say(locale, 'revision', hash=book.revision)}",
        body=Markup(body_html(book)),  # noqa: S704 - the handbook room escapes every word that is not its own
    )
