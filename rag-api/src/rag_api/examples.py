"""Values that the OpenAPI document shows, beside the models that they are of; a test validates each."""

import json
from typing import Any

from pydantic import ConfigDict
from pydantic.config import JsonDict


def with_example(example: JsonDict) -> ConfigDict:
    """A model's `model_config`: its schema shows this value, in the names of the wire."""
    return ConfigDict(json_schema_extra={"examples": [write_example(example)]})


def write_example(example: JsonDict) -> str:
    """As text, because FastAPI takes every null out of what it copies into the document."""
    return json.dumps(example)


def read_examples(node: Any) -> None:
    """Puts the values in place of their texts, in all object schemas of the document."""
    if isinstance(node, list):
        for item in node:
            read_examples(item)
    elif isinstance(node, dict):
        for value in node.values():
            read_examples(value)
        if node.get("type") == "object" and isinstance(node.get("examples"), list):
            node["examples"] = [
                json.loads(example) if isinstance(example, str) else example for example in node["examples"]
            ]
