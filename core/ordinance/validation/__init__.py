"""Check one file against the schema of its kind and say every problem in our words, with its place.

A quick walk compiled from the same schema answers for files that fit; only for one that does not is `jsonschema` loaded
to list all that is wrong. It does not look across files: that is for `blueprint`.
"""

from ordinance.validation.check import check_tree

__all__ = ["check_tree"]
