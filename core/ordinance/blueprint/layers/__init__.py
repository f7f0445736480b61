"""Layers in, one tree out: bring each file to its canonical form, lay one over the other, keep who wrote what.

"A list replaces, a map adds", at every depth. What the merged names mean is not looked at here.
"""

from ordinance.blueprint.layers.layer import Layer, Part
from ordinance.blueprint.layers.merged import Merged, merge
from ordinance.blueprint.layers.toggles import toggles_layer

__all__ = ["Layer", "Merged", "Part", "merge", "toggles_layer"]
