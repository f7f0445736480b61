"""What a document is worth: its total, in the currency of the company's books."""

from __future__ import annotations

from ordinance.acts import Force
from ordinance.blueprint import Field


def total_of(force: Force, entity: str) -> Field | None:
    """Return the field with a document's total: the last amount that is computed, as a form adds up downwards.

    None if there is none, or if it is kept in a currency other than the company's.
    """
    fields = force.blueprint.entities[entity].fields.values()
    amounts = [each for each in fields if force.types.of(each).is_amount and not each.fields]
    computed = [each for each in amounts if each.formula is not None]
    found = next(iter(reversed(computed or amounts)), None)
    if found is None or found.currency not in (None, "", force.blueprint.company.currency):
        return None
    return found
