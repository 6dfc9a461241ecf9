"""The room of the bug hunt, as the book's directives see it."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from workbook import ROOT

QUESTION = re.compile(r"^# (?P<asks>.+\?) One of:\n(?:#.*\n)+(?P<part>\w+) = ", re.M)


def room(name: str, folder: str, root: Path = ROOT) -> Path:
    """The folder of a bug in exercises, solutions or tests."""
    return root / name / "bug-hunt" / folder


@lru_cache(maxsize=None)
def read_toml(file: Path) -> dict:
    return tomllib.loads(file.read_text())


def read_bug(folder: str, root: Path = ROOT) -> dict:
    """What bug.toml says; OSError if there is no such bug."""
    return read_toml(room("exercises", folder, root) / "bug.toml")


def program_of(folder: str, name: str = "exercises", root: Path = ROOT) -> Path:
    return room(name, folder, root) / read_bug(folder, root)["file"]


def read_choices(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """The words of a diagnosis with their meaning, by the plural of their part."""
    return read_toml(root / "exercises/bug-hunt/choices.toml")


def read_questions(folder: str, root: Path = ROOT) -> dict[str, str]:
    """What a part of the diagnosis asks, by its part: those with words to choose from."""
    text = (room("exercises", folder, root) / "diagnosis.toml").read_text()
    return {found["part"]: found["asks"] for found in QUESTION.finditer(text)}


def all_bugs(root: Path = ROOT) -> list[str]:
    """Their folders: in order, a variation behind its bug, the lab last."""
    return sorted(file.parent.name for file in root.glob("exercises/bug-hunt/*/bug.toml"))


def bug_with(bug_id: str, root: Path = ROOT) -> str:
    """The folder of the bug with this id; KeyError if there is none."""
    for folder in all_bugs(root):
        if read_bug(folder, root)["id"] == bug_id:
            return folder
    raise KeyError(f"no bug has the id {bug_id}")


def page_of(folder: str, root: Path = ROOT) -> str:
    """The page of the book that is about a bug, without an anchor."""
    return read_bug(folder, root)["read"].partition("#")[0]


def bug_of_page(page: str, root: Path = ROOT) -> str:
    """The folder of the bug that a page of the book is about; KeyError if it is about none."""
    for folder in all_bugs(root):
        if page in (f"bug-hunt/{folder}", page_of(folder, root)):
            return folder
    raise KeyError(f"{page} is about no bug: bug.toml says in `read` which page is")


def title_of(folder: str, root: Path = ROOT) -> str:
    """Such as "Bug 04 · The cheapest offer"."""
    facts = read_bug(folder, root)
    label = f"Bug {facts['id']}" if facts["id"][0].isdigit() else facts["id"].capitalize()
    return f"{label} · {facts['title']}"


def named_instruments(folder: str, root: Path = ROOT) -> list[str]:
    """The instruments that a right diagnosis may name, the truest first."""
    return read_toml(room("tests", folder, root) / "accepted.toml")["instruments"]
