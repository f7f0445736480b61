"""The tables of imports: a batch for each file somebody brought, its rows, and the mappings people keep."""

from __future__ import annotations

from ordinance.storage.schema.shapes import Column, Index, Table

IMPORT_BATCH = Table(
    "import_batch",
    (
        Column("id", "id", required=True),
        Column("entity", "text", required=True),
        Column("state", "text", required=True),
        Column("maker", "text", required=True),
        Column("maker_name", "text", required=True),
        Column("made_at", "instant", required=True),
        # What was sent, as it came: name, hash in the content store, size, field of lines.
        Column("files", "json"),
        # Hash of the tables read from the files.
        Column("tables", "text", required=True),
        Column("mapping", "json"),
        # Cells mended on the page, by sheet, row and heading; and the rows that are left out.
        Column("edits", "json"),
        # Everything or nothing, or the good rows.
        Column("mode", "text", required=True),
        Column("total", "whole", required=True),
        Column("position", "whole", required=True),
        # Who works on it, a process, and until when nobody else may.
        Column("owner", "text"),
        Column("lease_until", "instant"),
        Column("cancelled", "yes_no", required=True),
        # What is wrong with the files as a whole.
        Column("faults", "json"),
        Column("ended_at", "instant"),
        Column("undone_by", "text"),
    ),
    (Index(("entity", "id")),),
)

IMPORT_ROW = Table(
    "import_row",
    (
        Column("batch", "id", required=True),
        Column("position", "whole", required=True),
        # Its number in the file.
        Column("line", "whole", required=True),
        Column("outcome", "text", required=True),
        Column("faults", "json"),
        # Once it is written: the record, the version it then had, and what was there before.
        Column("record", "whole"),
        Column("version", "whole"),
        Column("before", "json"),
        # Once it is taken back: empty, or why it could not be.
        Column("undone", "json"),
    ),
    (Index(("batch", "outcome", "position")),),
    primary=("batch", "position"),
)

IMPORT_MAPPING = Table(
    "import_mapping",
    (
        Column("entity", "text", required=True),
        Column("name", "text", required=True),
        Column("mapping", "json"),
        Column("maker", "text", required=True),
        Column("made_at", "instant", required=True),
    ),
    primary=("entity", "name"),
)
