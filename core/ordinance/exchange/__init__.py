"""Records from files and to files: CSV and XLSX, parents and their lines, checked before anything is written."""

from ordinance.exchange.exporting import export, template
from ordinance.exchange.importing import Bad, Report, bring
from ordinance.exchange.mapping import Mapping, mapping_by_headings, read_mapping
from ordinance.exchange.sheets import Sheet, SheetError, read_sheet

__all__ = [
    "Bad",
    "Mapping",
    "Report",
    "Sheet",
    "SheetError",
    "bring",
    "export",
    "mapping_by_headings",
    "read_mapping",
    "read_sheet",
    "template",
]
