"""YAML, read by the safe loader into a tree that keeps the line of every field.

Our files need mappings, lists and plain values, and nothing else: tags (which could build objects), anchors and
aliases (which can unfold without end), duplicate keys, several documents and deep nesting are refused. Plain words
follow YAML 1.2, so that `no` and `on` are words and not booleans.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tiltmeter.errors import AssessmentError, FileError, ScenarioError
from tiltmeter.inputs._number import number_of

LARGEST = 1_000_000  # bytes
DEEPEST = 12  # mappings and lists inside each other

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_ENDLESS = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)

Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: what messages call it, such as "scenario".
        article: the article of that name.
        error: what is raised when it is wrong.
        start: where to start from when the file is empty; "" for nowhere.
    """

    name: str
    article: str
    error: type[FileError]
    start: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> str:
        """What messages call a file of this kind, with its article."""
        return f"{self.article} {self.name.removesuffix(' file')} file"


SCENARIO = Kind("scenario", "a", ScenarioError, "`tiltmeter new NAME` writes a scenario to start from")
ASSESSMENT = Kind("assessment", "an", AssessmentError, "it needs `format: 1`, a name, a domain and raters with ratings")
FRAMEWORK = Kind("framework file", "a", AssessmentError)
CLAIMS = Kind("claims file", "a", FileError, "it needs a list of `claims`")


@dataclasses.dataclass(frozen=True)
class Node:
    """A value in the file.

    Attributes:
        line: where it stands, counted from 1; for a field of a mapping the line of its name.
        value: for a scalar None, bool, int, float or str; for a list the nodes; for a mapping name to node.
    """

    line: int
    value: Any

    def plain(self) -> Any:
        """The value without lines: nested dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {name: child.plain() for name, child in self.value.items()}
        return [child.plain() for child in self.value] if isinstance(self.value, list) else self.value

    def locate(self, path: Path) -> tuple[int, str]:
        """Line and dotted name of the field at `path`, without those steps that lead nowhere.

        A reading counts by its name: `readings.examination.parameters.flaw`. The whole has line 1 and the name "".
        """
        node, names = self, list[str]()
        for step in path:
            child = node.child(step)
            if child is not None:
                node = child
                names.append(_step_name(step, child))
        return node.line, ".".join(names)

    def child(self, step: str | int) -> "Node | None":
        """The node one step further on, or None."""
        if isinstance(self.value, dict):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def parse(text: str, file: str, kind: Kind = SCENARIO) -> Node:
    """The tree of a YAML text.

    Args:
        text: the text.
        file: its name, for messages.
        kind: what it should be.

    Raises:
        FileError: when it is too large, empty, no YAML, or uses what our files do not need.
    """
    if len(text) > LARGEST or len(text.encode("utf-8", "replace")) > LARGEST:
        raise too_large(file, kind)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise kind.error(f"the file holds the control character {unprintable[0]!r}; is it text?", file, line)
    loader = _LOADER(text)
    try:
        return _document(_Events(loader, file, kind))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise kind.error(f"this is no YAML: {_explanation(error)}", file, line) from None
    finally:
        loader.dispose()


def too_large(file: str, kind: Kind = SCENARIO) -> FileError:
    """The error for a file that is larger than any needs to be."""
    return kind.error(f"the file is larger than {LARGEST:,} bytes, the most that {kind.article} {kind} may have.", file)


@dataclasses.dataclass
class _Events:
    """The stream of YAML events, refusing those that scenarios do not need."""

    loader: Any
    file: str
    kind: Kind

    def next(self, path: Path) -> Any:
        event = self.loader.get_event()
        if isinstance(event, yaml.AliasEvent):
            raise self.refusal(f"the alias *{event.anchor} is not allowed; write the value out.", event, path)
        if getattr(event, "anchor", None):
            raise self.refusal(f"the anchor &{event.anchor} is not allowed; write the value out.", event, path)
        if getattr(event, "tag", None):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.refusal(f"the tag {tag} is not allowed; {self.kind}s hold plain values only.", event, path)
        return event

    def refusal(self, message: str, event: Any, path: Path) -> FileError:
        field = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)
        return self.kind.error(message, self.file, event.start_mark.line + 1, field or None)


def _document(events: _Events) -> Node:
    events.next(())  # the start of the stream
    start = events.next(())
    if not isinstance(start, yaml.DocumentStartEvent):
        raise _empty(events)
    root = _node(events, events.next(()), ())
    events.next(())  # the end of the document
    after = events.next(())
    if not isinstance(after, yaml.StreamEndEvent):
        raise events.refusal(f"a second document starts here; a file holds one {events.kind}.", after, ())
    if root.value is None:
        raise _empty(events)
    if not isinstance(root.value, dict):
        message = f"{events.kind.article} {events.kind} is a mapping of fields, such as `format: 1`."
        raise events.kind.error(message, events.file, root.line)
    return root


def _node(events: _Events, event: Any, path: Path) -> Node:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, _scalar(event.value) if event.style in (None, "") else event.value)
    if len(path) >= DEEPEST:
        raise events.refusal(f"this is nested more than {DEEPEST} levels deep.", event, ())
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(line, list(_items(events, path)))
    return Node(line, _fields(events, path))


def _items(events: _Events, path: Path) -> Iterator[Node]:
    position = 0
    while not isinstance(event := events.next((*path, position)), yaml.SequenceEndEvent):
        yield _node(events, event, (*path, position))
        position += 1


def _fields(events: _Events, path: Path) -> dict[str, Node]:
    fields: dict[str, Node] = {}
    while not isinstance(key := events.next(path), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent):
            raise events.refusal("the name of a field must be a plain word.", key, path)
        here = (*path, key.value)
        line = key.start_mark.line + 1
        if key.value in fields:
            first = fields[key.value].line
            raise events.refusal(f"{key.value!r} is given twice; first on line {first}.", key, here)
        fields[key.value] = Node(line, _node(events, events.next(here), here).value)
    return fields


def _scalar(text: str) -> Any:
    """What a word without quotation marks stands for."""
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    endless = _ENDLESS.fullmatch(text)
    if endless:
        return float(endless[1] + endless[2])
    number = number_of(text)
    return text if number is None else number


def _explanation(error: yaml.MarkedYAMLError) -> str:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    hint = " Are quotation marks, brackets and indentation right? Indent with spaces, not with tabs."
    return f"{said}.{hint}"


def _empty(events: _Events) -> FileError:
    message = "; ".join(filter(None, ("the file is empty", events.kind.start)))
    return events.kind.error(f"{message}.", events.file, 1)


def _step_name(step: str | int, child: Node) -> str:
    if isinstance(step, str):
        return step
    name = child.child("name")
    return name.value if name and isinstance(name.value, str) else str(step + 1)
