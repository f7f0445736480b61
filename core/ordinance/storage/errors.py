"""What may go wrong between us and a database.

Exception
└── StorageError
    ├── Again            the database asks to run the transaction once more (a deadlock, a serialization failure)
    ├── Busy             somebody else holds the lock for too long; try again later (503)
    ├── OutcomeUnknown   the connection was lost during COMMIT; only a retry with the same key is safe (503)
    ├── Lost             the connection was lost before COMMIT; nothing was written
    ├── Collision        a fresh id was taken already; run the whole act again
    ├── NotUnique        a value that must be unique is there already
    ├── BadReference     a reference points to nothing, or something still points here
    ├── InUse            a record cannot be deleted, others refer to it
    ├── NotPrepared      the tables do not fit the blueprint
    └── Superseded       another revision is in force than the one the act began under
"""

from __future__ import annotations


class StorageError(Exception):
    """Something went wrong between us and the database."""


class Again(StorageError):  # noqa: N818 - it names a state of the world, like the others here
    """The transaction was undone by the database and should be run once more."""


class Busy(StorageError):  # noqa: N818
    """The database could not be had in time."""


class OutcomeUnknown(StorageError):  # noqa: N818
    """Whether the transaction was committed cannot be known."""


class Lost(StorageError):  # noqa: N818
    """The connection went away before COMMIT."""


class Collision(StorageError):  # noqa: N818
    """A fresh id exists already."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(f"an id of {table} was drawn twice")


class NotUnique(StorageError):  # noqa: N818
    """A unique index refused a row; `columns` may be empty where the database does not say."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        self.table = table
        self.columns = columns
        super().__init__(f"{table}: {', '.join(columns) or 'value'} exists already")


class BadReference(StorageError):  # noqa: N818
    """A foreign key refused a row."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        self.table = table
        self.columns = columns
        super().__init__(f"{table or 'a table'}: {', '.join(columns) or 'a reference'} points to nothing")


class InUse(StorageError):  # noqa: N818
    """A record is still referred to; `by` lists (entity, field, how many records)."""

    def __init__(self, entity: str, record: int, by: tuple[tuple[str, str, int], ...]) -> None:
        self.entity = entity
        self.record = record
        self.by = by
        super().__init__(f"{entity} {record} is used by {sum(count for _, _, count in by)} record(s)")

    @property
    def count(self) -> int:
        """How many records refer to it."""
        return sum(count for _, _, count in self.by)


class NotPrepared(StorageError):  # noqa: N818
    """The tables in the database do not fit what is wanted."""


class Superseded(StorageError):  # noqa: N818
    """Another revision is in force than the one this unit of work was begun under; nothing was written."""
