"""Papers made of records: print formats whose templates are Typst files, set by a process of its own.

Source: requirement F-06.
"""

from ordinance.printing.checking import check_prints
from ordinance.printing.press import Press
from ordinance.printing.prints import Paper, offered, print_record, prints_of

__all__ = ["Paper", "Press", "check_prints", "offered", "print_record", "prints_of"]
