"""The API's own description: sound OpenAPI 3.1, complete, made from the configuration in force."""

import re

import jsonschema
import pytest
from rooms.web_kit import shared_url, site  # noqa: F401 - fixtures

from ordinance.web.api import api_routes

pytestmark = pytest.mark.anyio
PATH = re.compile(r"\{(\w+)(?::\w+)?\}")


async def document(site):
    async with site.client() as client:
        answer = await client.get("/openapi.json")
    assert answer.headers["etag"] == f'"{site.house.blueprint.revision}"'
    return answer.json()


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def operations(described):
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


async def test_every_reference_leads_somewhere(site):
    described = await document(site)
    for each in set(references(described)):
        spot = described
        for part in each.removeprefix("#/").split("/"):
            spot = spot[part]


async def test_every_schema_is_sound(site):
    described = await document(site)
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def test_operations_are_named_once_and_say_every_status(site):
    described = await document(site)
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(described):
        assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "503"} <= set(
            operation["responses"]
        )
        named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert named == set(PATH.findall(path))


async def test_every_route_is_described(site):
    """A handler that nobody describes is a door nobody knows of."""
    described = await document(site)
    shapes = {
        (PATH.sub("{}", path).replace(root, "/api/{}"), method)
        for root in ("/api/customer", "/api/sales_order")
        for path, method, _ in operations(described)
    }
    for router in api_routes(lambda: site.house):
        for route in router.routes:
            for method in set(route.methods) - {"OPTIONS"}:
                assert (PATH.sub("{}", route.path), method.lower()) in shapes


async def test_every_entity_and_field_is_described(site):
    described = await document(site)
    schemas = described["components"]["schemas"]
    for entity in site.house.blueprint.entities.values():
        assert f"/api/{entity.id}" in described["paths"]
        assert set(entity.fields) <= set(schemas[entity.id]["properties"])
        writable = {each.id for each in entity.fields.values() if each.formula is None}
        assert set(schemas[f"{entity.id}.new"]["properties"]) == writable
        assert (f"/api/{entity.id}/{{id}}/steps" in described["paths"]) == bool(
            site.house.blueprint.variants(entity.id)
        )


async def test_steps_and_lanes_are_those_of_the_configuration(site):
    described = await document(site)
    step = described["paths"]["/api/sales_order/{id}/steps/{step}"]["post"]
    chosen = next(each for each in step["parameters"] if each["name"] == "step")
    workflow = site.house.blueprint.workflows["sales_order"]
    assert {each.id for each in workflow.steps} <= set(chosen["schema"]["enum"])


async def test_what_is_read_fits_its_schema(site):
    described = await document(site)
    admin = site["system_administrator"]
    for entity in site.house.blueprint.entities:
        answer = await admin.get(f"/api/{entity}")
        if answer.status_code == 200:
            schema = {"$ref": f"#/components/schemas/{entity}.page", "components": described["components"]}
            jsonschema.validate(answer.json(), schema, cls=jsonschema.Draft202012Validator)


async def test_it_is_made_once_for_a_configuration(site):
    async with site.client() as client:
        assert (await client.get("/openapi.json")).content == (await client.get("/openapi.json")).content
