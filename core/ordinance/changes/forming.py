"""From the texts of files, or from a stored revision, to a configuration that can be in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ordinance.access import Rights
from ordinance.acts import Force
from ordinance.acts.past import Past
from ordinance.blueprint import Blueprint, Loaded, load, restore
from ordinance.departments import Code, load_code
from ordinance.fields import BUILT_IN
from ordinance.problems import Problem, SiteError
from ordinance.storage import Database, Revision, Store


@dataclass(frozen=True, slots=True)
class Formed:
    """A configuration without errors.

    Attributes:
        blueprint: The blueprint.
        code: The code of its departments.
        files: The company's own files it was read from; empty when only its canonical text is known.
    """

    blueprint: Blueprint
    code: Code
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Warnings and notes that reading it left."""
        return (*self.blueprint.problems, *self.code.problems)


def formed(site: Path, loaded: Loaded, files: Mapping[str, str]) -> Formed:
    """Return what was loaded as a configuration.

    Raises:
        SiteError: something is wrong with it, or with the code of a department.
    """
    if loaded.blueprint is None:
        raise SiteError(loaded.problems)
    code = load_code(site, loaded.departments)
    if any(each.severity == "error" for each in code.problems):
        raise SiteError(code.problems)
    return Formed(loaded.blueprint, code, files)


def from_files(site: Path, files: Mapping[str, str]) -> Formed:
    """Return the configuration that a company's own files make, with the departments as they are installed.

    Raises:
        SiteError: as `formed`.
    """
    return formed(site, load(site, files=files), files)


def from_revision(site: Path, revision: Revision) -> Formed:
    """Return the configuration of a revision.

    Its files are read again, so that every value knows its file and line; where they do not come to the same any more,
    because a department has changed since, its canonical text is what counts.

    Raises:
        SiteError: it does not fit the departments that are installed now.
    """
    if revision.files is not None:
        loaded = load(site, files=revision.files)
        if loaded.blueprint is not None and loaded.blueprint.revision == revision.hash:
            return formed(site, loaded, revision.files)
    return formed(site, restore(site, revision.text), revision.files or {})


def force_of(site: Path, database: Database, made: Formed, past: Past) -> Force:
    """Return what acts go by under a configuration."""
    types = BUILT_IN.extended(made.code.field_types)
    store = Store(database, made.blueprint.entities, types, folder=site / "var" / "attachments")
    past.keep(made.blueprint)
    return Force(made.blueprint, Rights(made.blueprint), types, store, made.code, past)
