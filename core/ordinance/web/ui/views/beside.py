"""What stands beside a form: the history with its notes, the files, the related records. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from ordinance.acts import Entry as Told
from ordinance.acts import FileView, Force, Kin, Relation
from ordinance.acts.kinds import size_words
from ordinance.blueprint import Entity
from ordinance.blueprint.company import FileRules
from ordinance.web.ui.views.process import entries_of
from ordinance.web.ui.views.record import (
    Chip,
    FileRow,
    FilesCard,
    KinGroup,
    KinRow,
    NoteBox,
    Story,
    Tab,
)
from ordinance.web.ui.views.speech import Speech

STORY_PAGE = 15
"""Lines of the history shown at once."""

_TABS = ("", "step", "change", "note", "file")


@dataclass(frozen=True, slots=True)
class Beside:
    """Makes the views of one record.

    Args:
        speech: The language.
        force: The configuration.
        now: The moment.
        href: The address of the record.
        may: Whether the reader may write notes and add files.
        shares: Whether a partner may see such records, so that it matters what is internal.
    """

    speech: Speech
    force: Force
    now: datetime
    href: str
    may: bool
    shares: bool

    def story(self, entries: Sequence[Told], only: str, key: str) -> Story:
        """Return the history; of more lines than a page the way to the older ones."""
        shown = entries[:STORY_PAGE]
        more = self._address(only, str(shown[-1].id)) if len(entries) > STORY_PAGE else ""
        tabs = tuple(Tab(self._word(each), self._address(each), each == only) for each in _TABS)
        box = NoteBox(f"{self.href}/notes", key, f"{self.href}/people", self.shares) if self.may else None
        return Story(entries_of(self.speech, shown, self.now, shares=self.shares), tabs, more, box)

    def _word(self, group: str) -> str:
        words = {
            "": self.speech.say("story_all"),
            "step": self.speech.say("story_steps"),
            "change": self.speech.say("story_changes"),
            "note": self.speech.say("story_notes"),
            "file": self.speech.say("story_files"),
        }
        return words[group]

    def _address(self, only: str, before: str = "") -> str:
        query = {name: value for name, value in (("only", only), ("before", before)) if value}
        return f"{self.href}?{urlencode(query)}#story" if query else f"{self.href}#story"

    def files(self, files: Sequence[FileView], entity: Entity, key: str, rules: FileRules) -> FilesCard | None:
        """Return the files; nothing where there are none and the reader may not add any."""
        if not files and not self.may:
            return None
        return FilesCard(
            tuple(self._file(each, entity) for each in files),
            action=f"{self.href}/files" if self.may else "",
            key=key,
            shares=self.shares,
            limit=self.speech.say("files_limit", size=size_words(rules.largest)),
            accept=",".join(f".{each}" for each in sorted(rules.types)),
        )

    def _file(self, file: FileView, entity: Entity) -> FileRow:
        path = tuple(file.field.split(".")) if file.field else ()
        held = entity.at(path) if path else None
        about = " · ".join((size_words(file.size), file.by or self.speech.say("the_house"), self._moment(file.at)))
        return FileRow(
            file.name,
            f"/files/{file.id}",
            about,
            file.sha256,
            picture=file.is_picture,
            internal=file.internal and self.shares,
            field=self.speech.of(held.label) if held is not None else "",
            remove_action=f"/files/{file.id}/remove" if file.may_remove else "",
        )

    def _moment(self, at: datetime) -> str:
        return self.speech.moment(at, self.now)

    def kin(self, relations: Sequence[Relation]) -> tuple[KinGroup, ...]:
        """Return the related records, each kind with the way to all of them."""
        return tuple(
            KinGroup(
                self.speech.of(each.label),
                tuple(self._kin(one) for one in each.items),
                self._all(each) if each.more else "",
            )
            for each in relations
        )

    def _all(self, relation: Relation) -> str:
        id = self.href.rpartition("/")[2]
        return f"/o/{relation.entity}?{urlencode({f'filter[{relation.field}][eq]': id})}"

    def _kin(self, kin: Kin) -> KinRow:
        tone = {"complete": "done", "cancelled": "off"}.get(kin.phase, "")
        chip = Chip(self.speech.of(kin.status), tone) if kin.status is not None else None
        return KinRow(kin.name, f"/o/{kin.entity}/{kin.id}", chip)
