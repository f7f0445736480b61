"""References as an action or a check meets them: loaded as a record, or still the bare id."""

from collections.abc import Mapping


def id_of(reference):
    """Return the id of a reference, loaded or not; None for an empty one."""
    return reference["id"] if isinstance(reference, Mapping) else reference
