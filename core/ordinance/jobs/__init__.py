"""The due-worker: does what is due, again and again, and survives whatever goes wrong with one thing."""

from ordinance.jobs.worker import work_through

__all__ = ["work_through"]
