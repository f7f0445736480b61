"""Read one YAML file with a place for every key and value; change one value and leave the rest as it was.

It knows no key of ours: what a file may say is for `shapes` and `validation`. Every scalar is a text; YAML's own
guesses (`no`, `012`, `2026-12-01`) are never made.
"""

from ordinance.yamlfile.items import with_item, without_item
from ordinance.yamlfile.reading import parse, read
from ordinance.yamlfile.splice import EditError, edit
from ordinance.yamlfile.tree import Path, Places, Tree
from ordinance.yamlfile.whole import put, without_key

__all__ = [
    "EditError",
    "Path",
    "Places",
    "Tree",
    "edit",
    "parse",
    "put",
    "read",
    "with_item",
    "without_item",
    "without_key",
]
