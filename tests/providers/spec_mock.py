"""A provider that is none of ours: it judges requests and answers by the contract alone."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.providers.server import Answer, Exchange, Knock, Request, as_json

Schema = dict[str, Any]
Resolve = Callable[[Schema], Schema]
DEEPEST = 12
TEXTS = {
    "date-time": "2026-11-21T12:00:00Z",
    "date": "2026-11-21",
    "uri": "https://example.com/page",
    "email": "ana@example.com",
    "uuid": "00000000-0000-7000-8000-000000000000",
}


class SpecMock:
    """`asked` gives the faults of a request, `answer_to` a document that the contract allows."""

    url = ""

    def __init__(
        self, asked: Callable[[Exchange], list[str]], answer_to: Callable[[Request], Any]
    ) -> None:
        self.events: deque[Any] = deque()
        self.refused: list[str] = []
        self.served = 0
        self._asked = asked
        self._answer_to = answer_to

    def answer(self, request: Request) -> Answer:
        faults = self._asked(Exchange(request, Answer()))
        if faults:
            self.refused += faults
            return as_json({"message": faults[0]}, 400)
        self.served += 1
        return as_json(self._answer_to(request))

    def knock(self, event: Any) -> Knock:
        return Knock(json.dumps(event).encode(), {})


def sample(schema: Schema, resolve: Resolve, depth: int = 0) -> Any:
    """The smallest document that fits, with the examples of the schema's authors."""
    schema = resolve(schema)
    given = [schema.get("example"), *schema.get("examples", ()), *schema.get("enum", ())]
    if found := [each for each in given if each is not None]:
        return found[0]
    if depth > DEEPEST:
        return None
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return sample(choices[0], resolve, depth + 1)
    if "allOf" in schema or "properties" in schema:
        return _object(schema, resolve, depth)
    return _plain(schema, resolve, depth)


def _plain(schema: Schema, resolve: Resolve, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        return [sample(items, resolve, depth + 1)] if isinstance(items, dict) else []
    if kind == "string":
        return TEXTS.get(schema.get("format", ""), "x" * schema.get("minLength", 1))
    plain = {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": True, "object": {}}
    return plain.get(str(kind))


def _object(schema: Schema, resolve: Resolve, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        inner = sample(part, resolve, depth + 1)
        found |= inner if isinstance(inner, dict) else {}
    wanted = schema.get("required", [])
    return found | {
        name: sample(inner, resolve, depth + 1)
        for name, inner in schema.get("properties", {}).items()
        if name in wanted or "example" in resolve(inner)
    }
