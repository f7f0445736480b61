"""Records from files and to files: CSV and XLSX, parents and their lines, checked before anything is written.

`bring` reads a file at once, for the command line. A batch is a file that somebody sent to a page: matched, checked,
mended, written in the background, taken back.
"""

from ordinance.exchange.batches import (
    Batch,
    bad_rows,
    batches_of,
    find_batch,
    keep_mapping,
    kept_rows,
    may_import,
    mend,
    mended,
    open_batch,
    plain_mapping,
    request,
    saved_mappings,
    tables_in,
    written_rows,
)
from ordinance.exchange.books import Sent, Tables, read_tables
from ordinance.exchange.exporting import export
from ordinance.exchange.faulty import faulty_rows
from ordinance.exchange.importing import Report, bring
from ordinance.exchange.mapping import Ignored, Mapping, is_given, mapping_by_headings, read_mapping
from ordinance.exchange.rows import Bad
from ordinance.exchange.running import Runner, work_on
from ordinance.exchange.sheets import Sheet, SheetError, read_sheet, write_csv, write_xlsx, xlsx_of
from ordinance.exchange.templates import template

__all__ = [
    "Bad",
    "Batch",
    "Ignored",
    "Mapping",
    "Report",
    "Runner",
    "Sent",
    "Sheet",
    "SheetError",
    "Tables",
    "bad_rows",
    "batches_of",
    "bring",
    "export",
    "faulty_rows",
    "find_batch",
    "is_given",
    "keep_mapping",
    "kept_rows",
    "mapping_by_headings",
    "may_import",
    "mend",
    "mended",
    "open_batch",
    "plain_mapping",
    "read_mapping",
    "read_sheet",
    "read_tables",
    "request",
    "saved_mappings",
    "tables_in",
    "template",
    "work_on",
    "write_csv",
    "write_xlsx",
    "written_rows",
    "xlsx_of",
]
