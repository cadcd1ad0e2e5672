"""The JSON Schema of the scenario file, for editors that check and complete YAML."""

from typing import Any


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file.

    Names of contests, options and parameters come from the contests themselves. Some rules are beyond a schema, such
    as weights that sum to 1; loading checks them all.
    """
    from tiltmeter.contests import CONTESTS, option_choices
    from tiltmeter.scenarios._document import Document

    made = Document.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "tiltmeter scenario, format 1"
    # A bare value stands for an entry that has nothing else.
    made["$defs"]["Given"] = {"anyOf": [{"$ref": "#/$defs/Entry"}, {"$ref": "#/$defs/Entry/properties/value"}]}
    described = {contest.__name__: _described(contest.__name__) for contest in CONTESTS}
    everywhere = {name: meaning for names in described.values() for name, meaning in names.items()}
    made["properties"] |= _sections(made["properties"], everywhere)

    reading = made["$defs"]["ReadingPart"]
    reading["properties"] |= _sections(reading["properties"], everywhere)
    reading["properties"]["options"]["type"] = ["object", "null"]
    reading["properties"]["contest"] = {
        "enum": list(described),
        "description": "The contest that the application is, in this reading.",
    }
    reading["allOf"] = [
        {
            "if": {"properties": {"contest": {"const": contest}}, "required": ["contest"]},
            "then": {
                "properties": {
                    "parameters": {"propertyNames": {"enum": list(names)}},
                    "changes": {"propertyNames": {"enum": list(names)}},
                    "options": _options(option_choices(contest)),
                }
            },
        }
        for contest, names in described.items()
    ]
    return made


def _described(contest: str) -> dict[str, str]:
    """What can be given for a contest, with any of its options: parameter names and meanings."""
    from tiltmeter.contests import option_choices, parameters

    found = {name: parameter.meaning for name, parameter in parameters(contest).items()}
    for field, choices in option_choices(contest).items():
        for choice in choices:
            found |= {name: each.meaning for name, each in parameters(contest, **{field: choice}).items()}
    return found


def _sections(properties: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The schemas of `parameters` and `changes`, described as in `properties`, with these names only."""
    given = {name: {"$ref": "#/$defs/Given", "description": meaning} for name, meaning in names.items()}
    return {
        section: {
            "type": ["object", "null"],
            "description": properties[section]["description"],
            "properties": given,
            "additionalProperties": False,
        }
        for section in ("parameters", "changes")
    }


def _options(choices: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "properties": {field: {"enum": list(names)} for field, names in choices.items()},
        "additionalProperties": False,
    }
