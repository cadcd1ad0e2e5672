"""From the values of a file, and the contests' defaults, to the inputs of a scenario."""

from collections.abc import Iterable, Iterator, Sequence

from tiltmeter.contests import Parameter
from tiltmeter.inputs._number import as_text
from tiltmeter.inputs._quantity import Quantity
from tiltmeter.inputs._yaml import Node
from tiltmeter.scenarios._document import Document
from tiltmeter.scenarios._given import Described, Given, Role, allowed_values
from tiltmeter.scenarios._scenario import Input


def inputs_of(
    document: Document, known: Described, values: Sequence[Given], tree: Node
) -> tuple[tuple[Input, ...], dict[str, Given]]:
    """The inputs, those of the file in its order and then the defaults, and the value behind each that has one."""
    titles = {reading.name: reading.title or reading.name for reading in document.readings}
    short = document.technology.short
    made = [(_input(given, known, short, titles, tree), given) for given in values]
    made.sort(key=lambda item: item[0].line or 0)
    inputs = (*(item[0] for item in made), *_defaults(known, values, titles))
    return inputs, {item[0].id: item[1] for item in made}


def _input(given: Given, known: Described, short: str, titles: dict[str, str], tree: Node) -> Input:
    entry = given.entry
    amount = entry.value
    domain = allowed_values(given, known)
    parameter = known[given.readings[0]][given.parameter]
    bare = given.shared or len(_owners(known, given.parameter)) == 1
    id, label = _names(parameter, given.role, short, None if bare else given.readings[0], titles)
    line, field = tree.locate(given.path)
    return Input(
        id=id,
        label=label,
        parameter=given.parameter,
        role=given.role,
        operation=amount.operation if given.role == "change" else None,
        readings=given.readings,
        quantity=amount.quantity.within(domain),
        domain=domain,
        text=amount.text,
        evidence=tuple(entry.evidence),
        guess=entry.guess or "",
        why=entry.why,
        unit="1" if amount.operation == "multiply" else parameter.unit,
        symbol=parameter.symbol,
        meaning=parameter.meaning,
        field=field,
        line=line,
        default=False,
    )


def _defaults(known: Described, values: Iterable[Given], titles: dict[str, str]) -> Iterator[Input]:
    """Inputs for the parameters that the file does not give, one for all readings where no reading gives its own."""
    found = {(reading, given.parameter) for given in values if given.role == "parameter" for reading in given.readings}
    names = dict.fromkeys(name for described in known.values() for name in described)
    for name in names:
        owners = _owners(known, name)
        missing = tuple(reading for reading in owners if (reading, name) not in found)
        alike = {(known[reading][name].default, known[reading][name].domain) for reading in owners}
        if missing == owners and len(alike) == 1:
            yield _default(known[owners[0]][name], owners, None, titles)
        else:
            for reading in missing:
                yield _default(known[reading][name], (reading,), reading if len(owners) > 1 else None, titles)


def _default(parameter: Parameter, readings: tuple[str, ...], reading: str | None, titles: dict[str, str]) -> Input:
    id, label = _names(parameter, "parameter", "", reading, titles)
    text = as_text(parameter.default)
    return Input(
        id=id,
        label=label,
        parameter=parameter.name,
        role="parameter",
        operation=None,
        readings=readings,
        quantity=Quantity(text, "number", (("value", parameter.default),), parameter.domain),
        domain=parameter.domain,
        text=text,
        evidence=(),
        guess="",
        why="",
        unit=parameter.unit,
        symbol=parameter.symbol,
        meaning=parameter.meaning,
        field="",
        line=None,
        default=True,
    )


def _owners(known: Described, name: str) -> tuple[str, ...]:
    return tuple(reading for reading, described in known.items() if name in described)


def _names(
    parameter: Parameter, role: Role, short: str, reading: str | None, titles: dict[str, str]
) -> tuple[str, str]:
    """Id and label of an input; `reading` where it has to be told apart from other readings' inputs."""
    id = parameter.name if reading is None else f"{reading}.{parameter.name}"
    part, _, field = parameter.name.rpartition(".")
    words = f"{field} of {part}" if part else parameter.name
    label = words.replace("_", " ") + ("" if reading is None else f" ({titles[reading]})")
    return (f"{short}:{id}", f"{short}: {label}") if role == "change" else (id, label)
