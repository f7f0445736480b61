"""For those who write departments and companies: play the scenarios of a site, record and try out what may happen."""

from ordinance.testing.failing import Difference, Failure
from ordinance.testing.reading import Scenario, read_scenarios
from ordinance.testing.scenarios import ACTS, HTTP, WAYS, Theatre

__all__ = ["ACTS", "HTTP", "WAYS", "Difference", "Failure", "Scenario", "Theatre", "read_scenarios"]
