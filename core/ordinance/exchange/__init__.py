"""Records from files and to files: CSV and XLSX, parents and their lines, checked before anything is written."""

from ordinance.exchange.books import read_tables
from ordinance.exchange.exporting import export
from ordinance.exchange.importing import Report, bring
from ordinance.exchange.mapping import Ignored, Mapping, mapping_by_headings, read_mapping
from ordinance.exchange.rows import Bad
from ordinance.exchange.sheets import Sheet, SheetError, read_sheet, write_xlsx
from ordinance.exchange.templates import template

__all__ = [
    "Bad",
    "Ignored",
    "Mapping",
    "Report",
    "Sheet",
    "SheetError",
    "bring",
    "export",
    "mapping_by_headings",
    "read_mapping",
    "read_sheet",
    "read_tables",
    "template",
    "write_xlsx",
]
