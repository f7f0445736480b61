"""The event table as logs that process mining reads: XES (IEEE 1849-2016) and OCEL 2.0, written as they are read."""

from ordinance.exchange.eventlog.stories import Period, Scope
from ordinance.exchange.eventlog.writing import FORMATS, Written, write_log

__all__ = ["FORMATS", "Period", "Scope", "Written", "write_log"]
