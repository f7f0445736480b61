"""For those who write departments and companies: play the scenarios of a site."""

from ordinance.testing.reading import Scenario, read_scenarios
from ordinance.testing.scenarios import Failure, Theatre

__all__ = ["Failure", "Scenario", "Theatre", "read_scenarios"]
