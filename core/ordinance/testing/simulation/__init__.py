"""Try a proposed configuration on the real forms, with a copy of the real data that is thrown away at the end.

`Scene` holds the copy, the clock and the people; `simulation_app` serves the ordinary screens over it, under a bar.
Nothing of this can be reached from `ordinance serve`: that application is made elsewhere and knows none of it.
Source: design.md §6.
"""

from ordinance.testing.simulation.bar import simulation_app
from ordinance.testing.simulation.scene import Scene

__all__ = ["Scene", "simulation_app"]
