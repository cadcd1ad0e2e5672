"""`tiltmeter which`: a few questions that lead to the contest that fits."""

import sys
from collections.abc import Sequence

import typer

from tiltmeter.claims import Fit, Question, claim_named, which
from tiltmeter.cli import _print
from tiltmeter.contests import contest_named
from tiltmeter.errors import TiltmeterError


def which_contest(given: Sequence[str], as_json: bool) -> None:
    """Ask what is not answered yet, and say which contest fits and why."""
    answers = _parsed(given)
    step = which(answers)
    while isinstance(step, Question):
        if as_json or not sys.stdin.isatty():
            raise TiltmeterError(f"{step.text} {_choices(step)}")
        answers[step.name] = _ask(step)
        step = which(answers)
    contest = contest_named(step.contest)
    if as_json:
        _print.as_json(
            {
                "contest": step.contest,
                "title": contest.card.title,
                "options": dict(step.options),
                "reason": step.reason,
                "claims": list(step.claims),
                "answers": answers,
            }
        )
        return
    _print.lines(_told(step, answers))


def _told(fit: Fit, answers: dict[str, str]) -> list[str]:
    options = "".join(f", {field} {part}" for field, part in fit.options.items())
    said = [("", name, claim_named(name).statement) for name in fit.claims]
    again = " ".join(f"--answer {question}={answer}" for question, answer in answers.items())
    return [
        f"{fit.contest}{options}: {contest_named(fit.contest).card.title}",
        _print.paragraph(fit.reason),
        *(["", "claims about it, for `tiltmeter claims ID`:", *_print.aligned(said)] if said else []),
        "",
        f"again with: tiltmeter which {again}",
    ]


def _ask(question: Question) -> str:
    """Ask on the terminal, by number or name."""
    typer.echo(question.text)
    for place, answer in enumerate(question.answers, 1):
        typer.echo(f"  {place}  {answer.name}: {answer.text}")
    names = [answer.name for answer in question.answers]
    numbers = [str(place) for place in range(1, len(names) + 1)]
    given = str(typer.prompt("answer", prompt_suffix=": ")).strip()
    return names[numbers.index(given)] if given in numbers else given


def _choices(question: Question) -> str:
    answers = "; ".join(f"{question.name}={answer.name} ({answer.text})" for answer in question.answers)
    return f"Give --answer with one of: {answers}."


def _parsed(given: Sequence[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for text in given:
        question, equals, answer = (part.strip() for part in text.partition("="))
        if not (question and equals and answer):
            raise TiltmeterError(f"--answer {text!r} is not of the form QUESTION=ANSWER, such as about=holes.")
        if question in answers:
            raise TiltmeterError(f"--answer {question} is given twice.")
        answers[question] = answer
    return answers
