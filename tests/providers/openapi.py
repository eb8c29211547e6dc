"""A provider's official OpenAPI description as a judge of what is said to it and by it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

Schema = dict[str, Any]
NAME = "urn:contract"


class Contract:
    """`mend` may change each schema of the description before it is used."""

    def __init__(
        self, path: Path, mend: Callable[[Schema], Schema] = lambda schema: schema
    ) -> None:
        self._whole: Schema = _each(json.loads(path.read_text()), mend)
        resource = DRAFT4.create_resource(self._whole)
        self._registry: Registry[Any] = Registry().with_resource(NAME, resource)

    def asked(self, method: str, path: str, kind: str) -> Schema | None:
        """What a request's body has to be; None where there is no such request."""
        operation = self._operation(method, path)
        body = self.resolved(operation.get("requestBody", {})) if operation else {}
        return _content(body, kind)

    def queried(self, method: str, path: str) -> dict[str, Schema]:
        """The parameters that a request may have in its address."""
        operation = self._operation(method, path) or {}
        found = map(self.resolved, operation.get("parameters", ()))
        return {each["name"]: each["schema"] for each in found if each["in"] == "query"}

    def answered(
        self, method: str, path: str, status: int, kind: str = "application/json"
    ) -> Schema | None:
        """What the answer's body has to be; None where there is no such answer."""
        operation = self._operation(method, path) or {"responses": {}}
        found = operation["responses"]
        answer = found.get(str(status), found.get("default"))
        return _content(self.resolved(answer), kind) if answer else None

    def component(self, name: str) -> Schema:
        found: Schema = self._whole["components"]["schemas"][name]
        return found

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._whole
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def faults(self, schema: Schema, document: Any) -> list[str]:
        validator = OAS30Validator(
            _each(schema, _absolute), registry=self._registry, format_checker=oas30_format_checker
        )
        return [
            f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}"
            for each in validator.iter_errors(document)
        ]

    def _operation(self, method: str, path: str) -> Schema | None:
        fitting = [
            known
            for known, operations in self._whole["paths"].items()
            if method.lower() in operations and re.fullmatch(_pattern(known), path)
        ]
        if not fitting:
            return None
        found: Schema = self._whole["paths"][min(fitting, key=lambda known: known.count("{"))]
        operation: Schema = found[method.lower()]
        return operation


def _pattern(path: str) -> str:
    return re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path))


def _content(body: Schema, kind: str) -> Schema | None:
    found = body.get("content", {}).get(kind)
    return found["schema"] if found else None


def _absolute(schema: Schema) -> Schema:
    ref = schema.get("$ref")
    return schema | {"$ref": NAME + ref} if isinstance(ref, str) and ref[0] == "#" else schema


def _each(value: Any, change: Callable[[Schema], Schema]) -> Any:
    if isinstance(value, list):
        return [_each(inner, change) for inner in value]
    if not isinstance(value, dict):
        return value
    return change({key: _each(inner, change) for key, inner in value.items()})
