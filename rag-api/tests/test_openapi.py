"""The document itself: each operation shows what it takes and answers, and names every way to fail."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from pydantic import BaseModel

from rag_api.app import create_app
from rag_api.config import Settings
from rag_api.errors import ERRORS

JSON = "application/json"
PROBLEM = "application/problem+json"
Json = dict[str, Any]


class Operation(NamedTuple):
    """A method on a path, and what the document says of it."""

    name: str
    said: Json

    @property
    def parameters(self) -> set[str]:
        return {parameter["name"] for parameter in self.said.get("parameters", [])}

    @property
    def request_types(self) -> set[str]:
        return set(self.said.get("requestBody", {}).get("content", {}))

    @property
    def success_types(self) -> set[str]:
        return {
            kind
            for status, answer in self.said["responses"].items()
            if status < "4"
            for kind in answer.get("content", {})
        }

    @property
    def codes(self) -> set[str]:
        """Those that its problems have an example of."""
        return {
            code
            for status, answer in self.said["responses"].items()
            if status >= "4"
            for code in answer["content"][PROBLEM]["examples"]
        }


class Body(NamedTuple):
    """A JSON body of an operation: that of its request, or of a success."""

    name: str
    is_request: bool
    said: Json
    schema: Json

    @property
    def model(self) -> str | None:
        reference = self.said["schema"].get("$ref")
        return None if reference is None else reference.rpartition("/")[2]

    @property
    def examples(self) -> list[Json]:
        own = [self.said["example"]] if "example" in self.said else []
        return (
            own
            + [named["value"] for named in self.said.get("examples", {}).values()]
            + self.schema.get("examples", [])
        )


@pytest.fixture(scope="module")
def document(settings: Settings) -> Json:
    return json.loads(json.dumps(create_app(settings).openapi()))


@pytest.fixture(scope="module")
def operations(document: Json) -> list[Operation]:
    return [
        Operation(f"{method.upper()} {path}", said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]


def _walk_bodies(operation: Operation, schemas: Json) -> Iterator[Body]:
    places = [(f"{operation.name} takes", True, operation.said.get("requestBody", {}))]
    for status, answer in operation.said["responses"].items():
        if status.startswith("2"):
            places.append((f"{operation.name} answers {status}", False, answer))
    for name, is_request, place in places:
        said = place.get("content", {}).get(JSON)
        if said is not None:
            schema = (
                schemas[said["schema"]["$ref"].rpartition("/")[2]]
                if "$ref" in said["schema"]
                else said["schema"]
            )
            yield Body(name, is_request, said, schema)


@pytest.fixture(scope="module")
def bodies(document: Json, operations: list[Operation]) -> list[Body]:
    schemas = document["components"]["schemas"]
    return [body for operation in operations for body in _walk_bodies(operation, schemas)]


def _walk_models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.startswith("rag_api."):
            yield model
        yield from _walk_models(model)


def test_every_json_body_has_an_example(bodies: list[Body]) -> None:
    assert sum(body.is_request for body in bodies) >= 7
    assert sum(not body.is_request for body in bodies) >= 25
    assert [body.name for body in bodies if not body.examples] == []


def test_each_example_is_one_of_its_model(bodies: list[Body]) -> None:
    """What a request shows is taken; what an answer shows is, to the letter, what its model would send."""
    models = {model.__name__: model for model in _walk_models(BaseModel)}
    for body in bodies:
        if body.model is None:
            continue
        for example in body.examples:
            model = models[body.model]
            assert example.keys() <= body.schema["properties"].keys(), body.name
            read = model.model_validate_json(json.dumps(example), by_alias=True, by_name=False)
            if not body.is_request:
                assert read.model_dump(mode="json", by_alias=True) == example, body.name


def _shape(value: object) -> object:
    """Names and kinds; of a list that of its first item."""
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value[:1]]
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


async def test_an_example_without_a_model_is_what_is_answered(
    bodies: list[Body], api: httpx.AsyncClient
) -> None:
    shown = {body.name: body.examples[0] for body in bodies if body.model is None}
    (asked,) = [body for body in bodies if body.name == "POST /v1/chat/completions takes"]
    completion = (await api.post("/v1/chat/completions", json=asked.examples[0])).json()
    # Whether there is something to cite depends on the corpus.
    expected = shown.pop("POST /v1/chat/completions answers 200")
    expected["rag"]["sources"], completion["rag"]["sources"] = [], []
    expected["choices"][0]["message"]["annotations"] = completion["choices"][0]["message"]["annotations"] = []
    assert _shape(completion) == _shape(expected)
    for path, name in (("/livez",) * 2, ("/v1/models",) * 2, ("/v1/models/extractive", "/v1/models/{model}")):
        assert _shape((await api.get(path)).json()) == _shape(shown.pop(f"GET {name} answers 200"))
    assert shown == {}


def test_every_problem_shows_registered_codes_of_its_status(
    document: Json, operations: list[Operation]
) -> None:
    shown = document["components"]["examples"]
    assert shown.keys() == ERRORS.keys()
    for code, spec in ERRORS.items():
        problem = shown[code]["value"]
        assert (problem["code"], problem["status"], problem["title"]) == (code, spec.status, spec.title)
        schema = document["components"]["schemas"]["Problem"]
        assert set(schema["required"]) <= problem.keys() <= schema["properties"].keys()
    for operation in operations:
        for status, answer in operation.said["responses"].items():
            if status < "4":
                continue
            assert answer["content"].keys() == {PROBLEM}, (operation.name, status)
            examples = answer["content"][PROBLEM]["examples"]
            assert examples, (operation.name, status)
            for code, example in examples.items():
                assert example == {"$ref": f"#/components/examples/{code}"}
                assert ERRORS[code].status == int(status), (operation.name, code)  # type: ignore[index]


# Answers 204 where there is nothing.
MISSES_NOTHING = {"GET /v1/chat/{id}/stream"}
MACHINES = ("/v1/documents", "/v1/retention/runs")


def _expect_codes(operation: Operation) -> Iterator[str]:
    """Those that follow from what the document says the operation takes and answers."""
    _, _, path = operation.name.partition(" ")
    if "security" in operation.said:
        yield from ("authentication_required", "invalid_token", "session_ended")
        yield from ("internal_error", "database_unavailable", "keys_unavailable", "unavailable")
    if operation.parameters or operation.request_types:
        yield "validation_failed"
    if operation.request_types:
        yield from ("invalid_request", "payload_too_large")
    if operation.request_types - {JSON}:
        yield "unsupported_media_type"
    if "{" in path and operation.name not in MISSES_NOTHING:
        yield "not_found"
    if "cursor" in operation.parameters:
        yield "invalid_cursor"
    if "if-match" in operation.parameters:
        yield from ("invalid_request", "precondition_failed")
    if "idempotency-key" in operation.parameters:
        # In OpenAI's shape the key is the message's id.
        completes = path == "/v1/chat/completions"
        yield "message_conflict" if completes else "idempotency_key_reused"
    if (
        operation.success_types & {"text/event-stream", "application/zip"}
        or "application/zip" in operation.request_types
    ):
        yield "rate_limited"
    if path.startswith(MACHINES):
        yield "insufficient_scope"


def test_every_operation_names_the_errors_that_it_can_answer(operations: list[Operation]) -> None:
    missing = {
        operation.name: codes
        for operation in operations
        if (codes := set(_expect_codes(operation)) - operation.codes)
    }
    assert missing == {}


def test_only_the_probes_need_no_token(operations: list[Operation]) -> None:
    open_to_all = {operation.name for operation in operations if "security" not in operation.said}
    assert open_to_all == {"GET /livez", "GET /readyz"}
