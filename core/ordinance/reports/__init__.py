"""Reports: figures about records, confined to what their reader may see; charts of them; dashboards made of both."""

from ordinance.reports.answer import Answer, Cell, Chosen, Key, Row
from ordinance.reports.running import run
from ordinance.reports.sight import may_see, seen_reports

__all__ = ["Answer", "Cell", "Chosen", "Key", "Row", "may_see", "run", "seen_reports"]
