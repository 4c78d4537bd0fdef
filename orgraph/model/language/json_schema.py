"""The JSON schema of structure files, so that an editor completes and checks them.

It is generated from the models that read the files: ``python -m orgraph.model.language.json_schema`` writes
``schemas/structure.schema.json``, and a test keeps it true. In VS Code, a first line
``# yaml-language-server: $schema=structure.schema.json`` turns it on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from orgraph.model.bundled import roots
from orgraph.model.language.file import Structure
from orgraph.model.language.words import ColumnsWritten

FILE = "schemas/structure.schema.json"

SCALAR = {"type": ["string", "number", "boolean"]}
SCALARS = {"type": "array", "items": SCALAR, "minItems": 1}
PARTS = {"type": "array", "items": {"$ref": "#/$defs/Condition"}, "minItems": 1}
PLACES = ("=Condition", "=Columns")
"""What stands in the models as a title only, and once among the definitions."""
TESTS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "is": SCALAR,
        "in": SCALARS,
        **{op: {"type": ["number", "string"]} for op in ("min", "max", "above", "below")},
        **{op: {"type": "string"} for op in ("contains", "starts")},
        "known": {"type": "boolean"},
    },
    "additionalProperties": False,
    "minProperties": 1,
}
CONDITION: dict[str, Any] = {
    "title": "Condition",
    "description": "column: test, …; all must hold. An unknown value satisfies no test but known: false",
    "type": "object",
    "properties": {"any": PARTS, "none": PARTS},
    "additionalProperties": {"anyOf": [SCALAR, SCALARS, TESTS]},
}


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of one structure file."""
    made = _plain(Structure.model_json_schema(by_alias=True, mode="validation"))
    columns = _plain(TypeAdapter(ColumnsWritten).json_schema())
    made["$defs"] |= {"Condition": CONDITION, **columns.pop("$defs"), "Columns": columns}
    made["title"] = "A structure of orgraph"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _plain(node: Any) -> Any:
    """Without what helps no editor: the titles that repeat a key; the place of a condition by reference."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("title") in PLACES:
        return {"$ref": f"#/$defs/{node['title'][1:]}"}
    if "patternProperties" in node:
        node = {**node, "additionalProperties": False}
    # a property may itself be called title; a title that is a text is a keyword
    return {key: _plain(one) for key, one in node.items() if not (key == "title" and isinstance(one, str))}


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def write(root: Path | None = None) -> Path:
    """Write the file into a checkout (this one, if no other is given); its path."""
    path = (root or roots()[-1]) / FILE
    path.write_text(text(), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    print(write())  # noqa: T201 - a command's answer
