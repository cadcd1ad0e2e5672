"""The result folder: written beside its final place and renamed when whole, so that no half of one is ever seen."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tiltmeter.errors import OutputError

MANIFEST = "manifest.json"
KIND = "tiltmeter results"
ATLAS = "tiltmeter atlas"
CATALOGUE = "tiltmeter catalogue"
CLAIMS = "tiltmeter claims"
ASSESSMENT = "tiltmeter assessment"
COMPARISON = "tiltmeter comparison"
FORMAT = 1

# What a folder of each kind holds, and the command that writes it.
_HOLDS = {
    KIND: ("results", "tiltmeter run"),
    ATLAS: ("an atlas", "tiltmeter atlas"),
    CATALOGUE: ("a catalogue", "tiltmeter catalogue"),
    CLAIMS: ("findings", "tiltmeter claims"),
    ASSESSMENT: ("an assessment", "tiltmeter assess"),
    COMPARISON: ("a comparison", "tiltmeter compare"),
}


def check_target(out: Path, kind: str = KIND) -> None:
    """Raise `OutputError` unless a folder can be written at `out`; called before the long work starts.

    A folder that is there already is replaced only if tiltmeter wrote it and nobody has put or changed a file in it.

    Args:
        out: the folder.
        kind: `KIND` for results, `ATLAS` for an atlas, `CATALOGUE` for a catalogue, `CLAIMS` for findings, `ASSESSMENT`
            for an assessment, `COMPARISON` for two; none replaces another.
    """
    try:
        target = _absolute(out)
        _check_place(out, target, kind)
        probe = _sibling(target, "probe")
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {_reason(error)}. Choose another folder with --out.") from None


@contextmanager
def staging(out: Path, kind: str = KIND) -> Generator[Path, None, None]:
    """An empty folder that takes the place of `out` when the block ends well, and vanishes when it does not.

    Raises:
        OutputError: as `check_target`, or when the disk refuses.
    """
    check_target(out, kind)
    target = _absolute(out)
    partial = _sibling(target, "partial")
    try:
        partial.mkdir()
        yield partial
        _swap(partial, target)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {_reason(error)}.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def hashes(folder: Path) -> dict[str, dict[str, str | int]]:
    """SHA-256 and size of every file below `folder` but the manifest, by its path there."""
    return {
        path.relative_to(folder).as_posix(): {"sha256": file_hash(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path, *kinds: str) -> dict[str, Any]:
    """The manifest of a folder of one of these kinds; `OutputError` where the folder is none."""
    path = folder / MANIFEST
    *others, last = (f"`{_HOLDS[kind][1]}`" for kind in kinds)
    commands = " or ".join(filter(None, (", ".join(others), last)))
    if not folder.is_dir():
        raise OutputError(f"{folder} is not a folder; give one that {commands} has written.")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OutputError(f"{folder} holds no {MANIFEST}; give a folder that {commands} has written.") from None
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {error}.") from None
    if not any(_is_manifest(manifest, kind) for kind in kinds):
        for kind, (held, command) in _HOLDS.items():
            if _is_manifest(manifest, kind):
                raise OutputError(
                    f"{folder} holds {held}, written by `{command}`; give a folder that {commands} wrote."
                )
        raise OutputError(f"{path} was not written by tiltmeter, or by one of another format than {FORMAT}.")
    return cast(dict[str, Any], manifest)


def changes(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """What differs from the manifest, by path: "changed", "missing" or "added"; empty where nothing does."""
    written, found = manifest["files"], hashes(folder)
    differing = {
        path: "missing" if path not in found else "changed"
        for path, file in written.items()
        if path not in found or found[path]["sha256"] != file["sha256"]
    }
    return differing | {path: "added" for path in found if path not in written}


def _is_manifest(manifest: Any, kind: str) -> bool:
    if not isinstance(manifest, dict):
        return False
    keys = cast(dict[str, Any], manifest)
    files = keys.get("files")
    return (
        keys.get("kind") == kind
        and keys.get("format") == FORMAT
        and isinstance(files, dict)
        and all(isinstance(file, dict) and "sha256" in file for file in cast(dict[str, Any], files).values())
    )


def _check_place(out: Path, target: Path, kind: str) -> None:
    if Path.cwd().is_relative_to(target):
        raise OutputError(f"{out} is, or holds, the folder you are in; choose another with --out.")
    if not target.parent.is_dir():
        raise OutputError(f"{out} cannot be written: there is no folder {target.parent}. Create it, or choose another.")
    if target.is_symlink() or target.exists():
        _check_replaceable(out, kind)


def _check_replaceable(out: Path, kind: str) -> None:
    remedy = "Move it away, or choose another folder with --out."
    if out.is_symlink() or not out.is_dir():
        raise OutputError(f"{out} exists and is not a folder. {remedy}")
    if not any(out.iterdir()):
        return
    try:
        manifest = read_manifest(out, kind)
    except OutputError:
        held = _HOLDS[kind][0]
        raise OutputError(f"{out} exists and does not hold {held} of tiltmeter; it is left alone. {remedy}") from None
    for path, change in changes(out, manifest).items():
        if change != "missing":
            raise OutputError(f"{out} is left alone: {path} was {change} after tiltmeter wrote the folder. {remedy}")


def _swap(partial: Path, target: Path) -> None:
    """Put `partial` in the place of `target`; at every moment one of the two is whole and has a name."""
    if not target.exists():
        partial.rename(target)
        return
    old = _sibling(target, "old")
    try:
        target.rename(old)
        partial.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _absolute(out: Path) -> Path:
    return Path(os.path.abspath(out))  # noqa: PTH100 (`Path.resolve` would follow a link to its target)


def _sibling(target: Path, purpose: str) -> Path:
    return target.with_name(f".{target.name}.{purpose}-{secrets.token_hex(4)}")


def _reason(error: OSError) -> str:
    return error.strerror or os.strerror(error.errno or 0)


def write_picture(folder: Path, name: str, svg: str, png: bytes) -> None:
    """Write a figure in both forms that a folder holds."""
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    (folder / f"{name}.png").write_bytes(png)
