"""The description of the API, made from the configuration in force: OpenAPI 3.1."""

from ordinance.web.api.openapi.document import describe

__all__ = ["describe"]
