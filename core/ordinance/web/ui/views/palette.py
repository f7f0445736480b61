"""What the command palette offers without asking about records: places to go, and things to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ordinance.acts import Call, Force
from ordinance.blueprint import Entity
from ordinance.problems import Text
from ordinance.reports import seen_reports
from ordinance.storage.records.words import initials, typed_words
from ordinance.web.ui.messages import WORDS
from ordinance.web.ui.views.frame import Frame
from ordinance.web.ui.views.navigation import is_listed
from ordinance.web.ui.views.speech import Speech

_EVERYBODYS = {"own_account": "/me", "handbook": "/handbook", "notices": "/notices", "keyboard": "/keys"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette.

    Attributes:
        kind: `page` to go to, or `act` to do.
        label: What it is called.
        words: By what else it is found: the other language, the initials of its pinyin, its id.
        href: Where it leads; empty where it sends a form.
        hint: What it belongs to.
        send: What it sends as a form, and where to.
    """

    kind: str
    label: str
    words: str
    href: str = ""
    hint: str = ""
    send: dict[str, str] = field(default_factory=dict)

    def fits(self, typed: Iterable[str]) -> bool:
        """Return whether every word that was typed is in it."""
        whole = f"{self.label.lower()} {self.words}"
        return all(word in whole for word in typed)


def offers(force: Force, call: Call, speech: Speech, frame: Frame) -> list[Offer]:
    """Return everything the reader may go to or do, the likeliest first.

    Args:
        force: The configuration.
        call: Who looks.
        speech: The language.
        frame: What stands around a page: the palette goes wherever the navigation goes.
    """
    made = [*_pages(speech, frame), *_acts(force, call, speech)]
    made += [
        _offer("page", speech, each.label, f"/reports/{each.id}", speech.say("reports"))
        for each in seen_reports(force, call)
    ]
    return [*made, *_preferences(speech, frame)]


def _pages(speech: Speech, frame: Frame) -> Iterator[Offer]:
    own = [*([frame.home] if frame.home else []), *frame.beside]
    for each in own:
        yield _offer("page", speech, each.label, each.href)
    for group in frame.groups:
        for each in group.items:
            yield _offer("page", speech, each.label, each.href, group.label)
    for key, href in _EVERYBODYS.items():
        yield _offer("page", speech, Text(*_both(key)), href)


def _acts(force: Force, call: Call, speech: Speech) -> Iterator[Offer]:
    rights, actor = force.rights, call.actor
    for entity in force.blueprint.entities.values():
        if not is_listed(force, actor, entity):
            continue
        if rights.may(actor, "create", entity.id):
            yield _act(speech, "act_new", entity, f"/o/{entity.id}/new")
        if rights.may(actor, "import", entity.id):
            yield _act(speech, "act_import", entity, f"/o/{entity.id}/import")
        if rights.may(actor, "export", entity.id):
            yield _act(speech, "act_export", entity, f"/o/{entity.id}/export?format=xlsx")
    if not actor.portal and rights.may(actor, "create", "account"):
        yield _offer("act", speech, Text(*_both("add_account")), "/settings/accounts/new", speech.say("accounts_page"))


def _preferences(speech: Speech, frame: Frame) -> Iterator[Offer]:
    other = "en" if frame.locale == "zh" else "zh"
    yield Offer("act", {"zh": "中文", "en": "English"}[other], "language yuyan yy zhongwen zw 语言",
                hint=speech.say("language"), send={"to": "/preferences", "locale": other})  # fmt: skip
    for key in ("light", "dark", "system"):
        if key != frame.theme:
            yield Offer("act", speech.say(key), f"theme {key} wg 外观 {initials(_both(key)[0])}",
                        hint=speech.say("theme"), send={"to": "/preferences", "theme": key})  # fmt: skip
    yield Offer("act", speech.say("sign_out"), "sign out logout tcdl 退出", send={"to": "/sign-out"})


def _act(speech: Speech, key: str, entity: Entity, href: str) -> Offer:
    zh, en = _both(key)
    said = Text(zh.format(name=entity.label.zh), en.format(name=entity.label.en))
    return _offer("act", speech, said, href, more=(entity.id,))


def _offer(
    kind: str, speech: Speech, label: Text | str, href: str, hint: str = "", more: Iterable[str] = ()
) -> Offer:
    both = label if isinstance(label, Text) else Text.of(label)
    last = href.partition("?")[0].rsplit("/", 1)[-1].replace("_", " ")
    words = typed_words(" ".join((both.zh, both.en, initials(both.zh), last, *more)))
    return Offer(kind, speech.of(both), words, href, hint)


def _both(key: str) -> tuple[str, str]:
    return WORDS[key]
