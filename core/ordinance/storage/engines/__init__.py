"""The two databases behind one face: an engine that Piccolo can use and a connection for one unit of work."""

from ordinance.storage.engines.connection import Connection, Engine, Query
from ordinance.storage.engines.postgresql import PostgreSQL
from ordinance.storage.engines.sqlite import SQLite

__all__ = ["Connection", "Engine", "PostgreSQL", "Query", "SQLite"]
