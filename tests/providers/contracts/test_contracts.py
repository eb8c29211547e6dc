"""The carried descriptions are whole and say whose they are; the trimmer keeps what counts."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.providers.contracts import FOLDER
from tests.providers.contracts.trim import CHANGED, CONTRACTS, Contract, names_in, trimmed

FILES = sorted(FOLDER.glob("*/*.json"))
WHOLE: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1", "description": "Sells."},
    "paths": {
        "/orders": {
            "get": {"responses": {"200": {"$ref": "#/components/responses/other"}}},
            "post": {
                "summary": "Orders something.",
                "parameters": [{"$ref": "#/components/parameters/page"}],
                "requestBody": {
                    "content": {"json": {"schema": {"$ref": "#/components/schemas/order"}}}
                },
                "responses": {"200": {"description": "Done."}},
            },
        }
    },
    "components": {
        "parameters": {"page": {"in": "query", "name": "page", "schema": {"type": "integer"}}},
        "responses": {"other": {"content": {}}},
        "schemas": {
            "order": {
                "description": "An order.",
                "properties": {
                    "description": {"type": "string", "example": {"title": "kept"}},
                    "line": {"$ref": "#/components/schemas/line"},
                },
            },
            "line": {"x-group": "lines", "type": "object"},
            "event": {"discriminator": {"mapping": {"a": "#/components/schemas/made"}}},
            "made": {"type": "object"},
            "stranger": {"type": "object"},
        },
    },
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_names_its_source_and_has_its_licence_beside_it(path: Path) -> None:
    sources = (FOLDER / "SOURCES.md").read_text()
    name = path.relative_to(FOLDER).as_posix()

    assert f"`{name}`" in sources or f"`{path.parent.name}/*.schema.json`" in sources
    assert list(path.parent.glob("LICENSE*"))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.file)
def test_a_trimmed_description_says_so_and_refers_to_nothing_that_is_gone(
    contract: Contract,
) -> None:
    whole = json.loads((FOLDER / contract.file).read_text())

    assert set(names_in(whole)) <= whole["components"]["schemas"].keys()
    assert whole["info"]["x-changed"] == CHANGED
    told = {
        f"{method.upper()} {path}" for path, found in whole["paths"].items() for method in found
    }
    assert told == set(contract.operations)


def test_the_trimmer_keeps_what_is_named_and_all_that_it_refers_to() -> None:
    found = trimmed(WHOLE, Contract("", "", ("POST /orders",), ("event",)))

    operation = found["paths"]["/orders"]["post"]
    assert found["paths"]["/orders"].keys() == {"post"}
    assert operation.keys() == {"parameters", "requestBody", "responses"}
    assert operation["parameters"][0]["name"] == "page"
    assert found["components"]["schemas"].keys() == {"order", "line", "event", "made"}


def test_the_trimmer_drops_texts_and_keeps_properties_and_examples_of_the_same_name() -> None:
    found = trimmed(WHOLE, Contract("", "", ("POST /orders",)))

    assert found["components"]["schemas"]["order"] == {
        "properties": {
            "description": {"type": "string", "example": {"title": "kept"}},
            "line": {"$ref": "#/components/schemas/line"},
        }
    }
    assert found["components"]["schemas"]["line"] == {"type": "object"}


def test_a_property_that_stripe_expands_on_request_is_an_id() -> None:
    charge = {"anyOf": [{}], "nullable": True, "x-expansionResources": {}}
    whole = WHOLE | {"components": {"schemas": {"refund": {"properties": {"charge": charge}}}}}

    found = trimmed(whole, Contract("", "", (), ("refund",)))

    schema = found["components"]["schemas"]["refund"]
    assert schema["properties"]["charge"] == {"type": "string", "nullable": True}
