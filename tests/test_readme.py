"""What the README shows is what the program says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def parts(text: str) -> tuple[list[str], list[float]]:
    """The words of a text without spacing and numbers, and the numbers; the regret is rounding and may differ."""
    text = re.sub(r"worst regret \S+", "worst regret", text)
    words = NUMBER.sub("#", text).split()
    return words, [float(number.replace(",", "")) for number in NUMBER.findall(text)]


def test_readme_shows_what_the_program_prints(tmp_path: Path) -> None:
    shown = re.search(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    done = subprocess.run(
        [sys.executable, "-m", "tiltmeter", "run", "spear-phishing"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    shown_words, shown_numbers = parts(shown[1])
    words, numbers = parts(done.stdout)
    assert shown_words == words
    # The last digit may differ on another machine.
    assert shown_numbers == pytest.approx(numbers, rel=0.02, abs=0.1)
