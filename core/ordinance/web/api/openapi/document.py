"""Put the description together: one group of paths for each entity, and those that are the same everywhere."""

from __future__ import annotations

from typing import Any

from ordinance.acts import Force
from ordinance.web.api.openapi.paths import entity_paths, fixed_paths
from ordinance.web.api.openapi.reports import report_paths, report_schemas
from ordinance.web.api.openapi.schemas import entity_schemas, shared_schemas
from ordinance.web.api.openapi.shared import RESPONSES, SECURITY_SCHEMES


def describe(force: Force) -> dict[str, Any]:
    """Return the OpenAPI document of a configuration.

    Args:
        force: The configuration in force.
    """
    blueprint = force.blueprint
    schemas: dict[str, Any] = shared_schemas() | report_schemas()
    paths: dict[str, Any] = fixed_paths() | report_paths(blueprint.reports.values())
    for entity in blueprint.entities.values():
        schemas.update(entity_schemas(entity, force))
        paths.update(entity_paths(entity, blueprint.variants(entity.id)))
    return {
        "openapi": "3.1.0",
        "info": {"title": blueprint.company.label.en or "Ordinance", "version": blueprint.revision[:12]},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "tags": [{"name": each.id, "description": each.label.en} for each in blueprint.entities.values()],
        "paths": paths,
        "components": {"schemas": schemas, "responses": RESPONSES, "securitySchemes": SECURITY_SCHEMES},
        "security": [{"bearer": []}, {"session": []}],
    }
