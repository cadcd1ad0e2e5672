"""Loading assessments: bundled ones by name, others from a file or a text."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from tiltmeter import evidence
from tiltmeter.errors import AssessmentError, UnknownNameError, unknown
from tiltmeter.framework._assessment import Assessment, Prediction, Rater, Rating, unrated
from tiltmeter.framework._document import Document, RaterPart, RatingPart, model_at
from tiltmeter.framework._domain import domains, replacement_problem
from tiltmeter.framework._rating import Spread
from tiltmeter.framework._rubric import Rubric, rubric, versions
from tiltmeter.framework._scale import HIGHEST
from tiltmeter.inputs._amount import AmountError
from tiltmeter.inputs._bundled import found, names_in
from tiltmeter.inputs._files import text_of
from tiltmeter.inputs._number import as_text
from tiltmeter.inputs._problems import Problem, problem_of, problems_of, raise_first
from tiltmeter.inputs._yaml import ASSESSMENT, Node, parse
from tiltmeter.inputs._yaml import Path as FieldPath

# How many assessments may stand on each other.
_DEEPEST = 5


def bundled() -> tuple[str, ...]:
    """The names of the assessments that come with tiltmeter, sorted."""
    return names_in(_folder())


def load(name_or_path: str | Path, _above: tuple[str, ...] = ()) -> Assessment:
    """The assessment of that name among the bundled ones, or in the file at that path.

    Args:
        name_or_path: a path is told from a name by its ending .yaml or .yml, or by a separator in it.

    Raises:
        AssessmentError: when there is none, or it is wrong; the message says where and what is allowed.
    """
    data, file = found(name_or_path, _folder(), ASSESSMENT, "my-system.yaml")
    return _from_text(text_of(data, file, ASSESSMENT), file, data, _above)


def loads(text: str, path: str = "<text>", base: Assessment | None = None) -> Assessment:
    """The assessment that a text describes.

    Args:
        text: the content of an assessment file.
        path: what messages call it; an assessment that it is based on is looked for beside it.
        base: what it is based on, where that is at hand already.

    Raises:
        AssessmentError: when it is wrong; the message says where and what is allowed.
    """
    return _from_text(text, path, text.encode("utf-8", "surrogatepass"), (), base)


def rating_from_text(dimension: str, text: str) -> Rating:
    """A rating given on the command line, read like one in a file."""
    place = "--set"
    try:
        part = RatingPart.model_validate(parse(f"value: {text}", place, ASSESSMENT).plain())
        return _rating(dimension, part, part.value, None)
    except ValidationError as error:
        problem = problem_of(error.errors()[0], model_at)
        raise AssessmentError(problem.message, place, field=dimension) from None
    except AssessmentError as error:
        raise AssessmentError(error.message, place, field=dimension) from None


def _folder() -> Traversable:
    return resources.files("tiltmeter.framework").joinpath("data", "assessments")


def _from_text(
    text: str, file: str, data: bytes, above: tuple[str, ...], known: Assessment | None = None
) -> Assessment:
    tree = parse(text, file, ASSESSMENT)
    try:
        document = Document.model_validate(tree.plain())
    except ValidationError as error:
        raise_first(problems_of(error, model_at), tree, file, AssessmentError)
        raise
    raise_first(_whole(document), tree, file, AssessmentError)
    base = _base(document, file, above, tree, known)
    chosen = rubric(document.rubric)
    raise_first([*_problems(document, chosen), *_wrong_bridge(document)], tree, file, AssessmentError)
    return Assessment(
        name=document.name,
        title=document.title,
        system=document.system,
        domain=document.domain,
        date=document.date,
        rubric=chosen,
        raters=tuple(_rater(part, index, chosen, base, tree) for index, part in enumerate(document.raters)),
        pool=document.pool,
        bridge=(dict(base.bridge) if base and base.domain == document.domain else {}) | document.bridge,
        predictions=tuple(
            Prediction(one.indicator, one.by, float(one.low), float(one.high), one.unit, one.why)
            for one in document.predictions
        ),
        notes=tuple(document.notes),
        path=file,
        text=text,
        # What a file stands on belongs to what it says.
        sha256=hashlib.sha256(data + (base.sha256.encode() if base else b"")).hexdigest(),
        base=base,
    )


def _base(
    document: Document, file: str, above: tuple[str, ...], tree: Node, known: Assessment | None
) -> Assessment | None:
    """The assessment whose ratings stand where the document gives none; `known` where that is at hand."""
    if document.based_on is None:
        return None
    line = tree.locate(("based_on",))[0]
    base = known or _named(document.based_on, file, above, line)
    if base.rubric.version != document.rubric:
        message = (
            f"{document.name} uses version {document.rubric} of the rubric, but {base.name}, on which it is based, "
            f"version {base.rubric.version}; ratings by different anchors cannot be mixed."
        )
        raise AssessmentError(message, file, line, "based_on")
    return base


def _named(name: str, file: str, above: tuple[str, ...], line: int | None) -> Assessment:
    """The assessment that a file is based on, by its name or by its path beside the file."""
    chain = (*above, file)
    beside = Path(file).parent / name
    source = name if name in bundled() else str(beside)
    if len(chain) > _DEEPEST or source in chain or f"bundled/{source}.yaml" in chain:
        message = f"the assessments stand on each other in a circle, or more than {_DEEPEST} deep."
        raise AssessmentError(message, file, line, "based_on")
    if name not in bundled() and not beside.exists():
        raise AssessmentError(str(unknown("assessment", name, bundled())), file, line, "based_on")
    return load(source, chain)


def _whole(document: Document) -> Iterator[Problem]:
    """What is wrong with the file as a whole: its rubric, its domain, and the names of its raters."""
    if document.rubric not in versions():
        yield Problem(("rubric",), str(unknown("version of the rubric", str(document.rubric), map(str, versions()))))
    if document.domain not in domains():
        yield Problem(("domain",), str(unknown("domain", document.domain, domains())))
    seen: set[str] = set()
    for index, rater in enumerate(document.raters):
        if rater.name in seen:
            yield Problem(("raters", index, "name"), f"the rater {rater.name!r} is given twice.")
        seen.add(rater.name)
        if rater.rubric not in (None, document.rubric):
            message = (
                f"the rater {rater.name!r} used version {rater.rubric} of the rubric, but the assessment version "
                f"{document.rubric}; ratings by different anchors cannot be mixed."
            )
            yield Problem(("raters", index, "rubric"), message)


def _problems(document: Document, chosen: Rubric) -> Iterator[Problem]:
    """What is wrong with the ratings."""
    for index, rater in enumerate(document.raters):
        for name, part in rater.ratings.items():
            path: FieldPath = ("raters", index, "ratings", name)
            if name not in chosen.names:
                yield Problem(path, str(unknown("dimension", name, chosen.names)))
                continue
            for place, id in enumerate(part.evidence):
                try:
                    evidence.figure(id)
                except UnknownNameError as error:
                    yield Problem((*path, "evidence", place), str(error))
            yield from _wrong_rating(path, name, part, chosen)


def _wrong_bridge(document: Document) -> Iterator[Problem]:
    """What is wrong with the inputs of the bridge that the file replaces."""
    for name, entry in document.bridge.items():
        said = replacement_problem(document.domain, name, entry)
        if said:
            yield Problem(("bridge", name), said)


def _wrong_rating(path: FieldPath, name: str, part: RatingPart, chosen: Rubric) -> Iterator[Problem]:
    if (part.value is None) == (part.indicator is None):
        yield Problem(path, "needs a value, or an indicator with a figure, and not both.")
        return
    if (part.indicator is None) != (part.figure is None):
        yield Problem(path, "an indicator and a figure of the evidence store belong together.")
        return
    try:
        low, high = part.value if part.value is not None else _by_indicator(name, part, chosen)[:2]
    except ValueError as error:
        yield Problem((*path, "indicator"), str(error))
        return
    if part.mode is not None and not low <= part.mode <= high:
        yield Problem((*path, "mode"), f"must lie in the range from {low:g} to {high:g}, not at {part.mode:g}.")
    if part.min > low or part.max < high:
        yield Problem(path, f"the range from {low:g} to {high:g} must lie between min {part.min:g}, max {part.max:g}.")


def _by_indicator(name: str, part: RatingPart, chosen: Rubric) -> tuple[float, float, float]:
    """Low, high and mode that an indicator gives, widened by what its map may be off."""
    assert part.indicator is not None
    assert part.figure is not None
    indicator = chosen.dimension(name).indicator(part.indicator)
    figure = evidence.figure(part.figure)
    if figure.unit != indicator.unit:
        message = f"{figure.id} is in {figure.unit!r}, but the indicator {indicator.name} wants {indicator.unit!r}."
        raise AmountError(message)
    numbers = [x for x in (figure.low, figure.central, figure.value, figure.high) if x is not None]
    ratings = sorted(indicator.map.rating(x) for x in numbers)
    middle = figure.value if figure.value is not None else figure.central
    mode = indicator.map.rating(middle) if middle is not None else (ratings[0] + ratings[-1]) / 2
    return max(ratings[0] - part.spread, 0.0), min(ratings[-1] + part.spread, HIGHEST), mode


def _rater(part: RaterPart, index: int, chosen: Rubric, base: Assessment | None, tree: Node) -> Rater:
    inherited: Mapping[str, Rating] = {}
    if base and any(one.name == part.name for one in base.raters):
        inherited = {name: dataclasses.replace(one, line=None) for name, one in base.rater(part.name).ratings.items()}
    ratings: dict[str, Rating] = {}
    for name in chosen.names:
        given = part.ratings.get(name)
        if given is not None:
            line = tree.locate(("raters", index, "ratings", name))[0]
            found = _by_indicator(name, given, chosen) if given.indicator else None
            ratings[name] = _rating(name, given, found or given.value, line)
        else:
            ratings[name] = inherited.get(name) or unrated(name)
    return Rater(part.name, part.weight, ratings)


def _rating(dimension: str, part: RatingPart, ends: tuple[float, ...], line: int | None) -> Rating:
    low, high = ends[:2]
    mode = part.mode if part.mode is not None else ends[2] if len(ends) > 2 else (low + high) / 2
    text = as_text(low) if low == high else f"{as_text(round(low, 3))} to {as_text(round(high, 3))}"
    # One number is meant as it stands; a range leaves room for being wrong.
    confidence = 1.0 if low == high and "confidence" not in part.model_fields_set else part.confidence
    spread = Spread(low, high, mode, confidence, part.min, part.max)
    rests_on = tuple(dict.fromkeys(filter(None, (part.figure, *part.evidence))))
    return Rating(dimension, spread, text, rests_on, part.guess or "", part.why, part.indicator or "", line)
