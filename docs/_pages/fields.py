"""The fields of the scenario file, as tables made from its schema."""

import re
from typing import Any


def fields(schema: dict[str, Any]) -> str:
    """The fields of the scenario file as one table for each kind of mapping in it."""
    parts = [_fields_table("The file", schema)]
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            title = re.sub(r"(?<=[a-z])Part$", "", name)
            parts.append(_fields_table(title, definition, definition.get("description", "")))
    return "\n" + "\n\n".join(parts) + "\n"


def _fields_table(title: str, definition: dict[str, Any], meaning: str = "") -> str:
    required = definition.get("required", [])
    rows = [
        f"| `{name}` | {_kind(field)} | {'yes' if name in required else ''} | {field.get('description', '')} |"
        for name, field in definition["properties"].items()
    ]
    head = ["| field | holds | required | meaning |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *([meaning, ""] if meaning else []), *head, *rows])


def _kind(field: dict[str, Any]) -> str:
    """What a field of the schema holds, in a word or two."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return {"Given": "entry"}.get(name, re.sub(r"(?<=[a-z])Part$", "", name).lower())
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    if field.get("type") == "array":
        return f"a list: {_kind(field['items'])}"
    if "anyOf" in field:
        kinds = [_kind(choice) for choice in field["anyOf"] if choice.get("type") != "null"]
        return "a [value](../how-to/scenario.md#values)" if len(kinds) > 3 else " or ".join(kinds)
    kind = field.get("type", "")
    kind = kind[0] if isinstance(kind, list) else kind
    if "properties" in field:
        return "a mapping of [parameters](../contests/index.md): entry"
    return {"string": "text", "object": "a mapping of names: text"}.get(kind, f"a {kind}")
