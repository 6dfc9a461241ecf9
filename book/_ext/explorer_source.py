"""One source file out of an exercise's header, its tests and what they include, for one editor."""

import re
from pathlib import Path

INCLUDE = re.compile(r'\s*#include\s+"([^"]+)"')
SYSTEM_INCLUDE = re.compile(r"\s*#include\s+<[^>]+>")
MARKER = re.compile(r"\s*// ?(\[\w|\[/|ANCHOR|#region|#endregion)")
STAND_INS = Path(__file__).parent / "explorer"
TEST = re.compile(r"TEST(?:_F|_P)?\((\w+), *(\w+)\)")


class Assembly:
    """Collects files in the order in which they include each other, every one of them once.

    `roots` are searched in order for an include. The files below a path in `whole` keep their
    comments; the others are means to an end and lose them, because a link has to be short.
    """

    def __init__(self, roots: list[Path], whole: set[Path]):
        self.roots = roots
        self.whole = whole
        self.seen: set[Path] = set()
        self.system: set[str] = set()
        self.lines: list[str] = []

    def find(self, name: str) -> Path:
        for root in self.roots:
            if (root / name).is_file():
                return root / name
        raise FileNotFoundError(f'#include "{name}" is in none of {", ".join(map(str, self.roots))}')

    def add(self, file: Path, text: str | None = None) -> None:
        """Appends what `file` includes and is not there yet, and then the file (or `text`)."""
        if file in self.seen:
            return
        self.seen.add(file)
        own: list[str] = []
        for line in (file.read_text() if text is None else text).splitlines():
            if match := INCLUDE.match(line):
                self.add_with_source(self.find(match.group(1)))
            elif match := SYSTEM_INCLUDE.match(line):
                if (include := match.group(0).strip()) not in self.system:
                    self.system.add(include)
                    own.append(include)
            elif line.strip() != "#pragma once" and not MARKER.match(line):
                if file in self.whole or not line.lstrip().startswith("//"):
                    own.append(line)
        if file in self.whole:
            own = [f"// {file.parent.name}/{file.name}", *own]
        self.lines += [*without_gaps(own), ""]

    def add_with_source(self, header: Path) -> None:
        self.add(header)
        if (source := header.with_suffix(".cpp")).is_file():
            self.add(source)


def without_gaps(lines: list[str]) -> list[str]:
    """Without blank lines at either end, and without two in a row."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return kept


def leave_out(tests: str, names: list[str]) -> str:
    """The tests' text without the named tests ("Suite.Name"); ValueError if one is not there."""
    kept: list[str] = []
    left = set(names)
    skipping = False
    for line in tests.splitlines():
        if (match := TEST.match(line)) and f"{match.group(1)}.{match.group(2)}" in names:
            left.discard(f"{match.group(1)}.{match.group(2)}")
            skipping = True
        if not skipping:
            kept.append(line)
        elif line == "}":
            skipping = False
    if left:
        raise ValueError(f"no such test to leave out: {', '.join(sorted(left))}")
    return "\n".join(kept) + "\n"


def assemble(
    repository: Path,
    slug: str,
    facts: dict,
    room: str,
    earlier_room: str,
    without: list[str],
    under_tsan: bool = False,
) -> tuple[str, list[Path]]:
    """The source behind a link, and the files it was made of.

    `room` ("exercises" or "solutions") holds the exercise's own header, `earlier_room` those of the
    exercises that it builds on. `without` names tests that need more than the sandbox gives.
    Under TSan the shim comes along that explains to it how threads share an exception.
    """
    tests = repository / "tests"
    own = [repository / room / slug / file for file in facts["files"]]
    visible = tests / slug / "visible_test.cpp"
    parts = Assembly([STAND_INS, repository / earlier_room, tests], {*own, visible})
    own_by_name = {f"{slug}/{file.name}": file for file in own}
    parts.find = lambda name, find=parts.find: own_by_name.get(name) or find(name)
    if (prelude := tests / "support" / "prelude.hpp").is_file():
        parts.add(prelude)
    parts.add(tests / "support" / "contract.hpp")
    for file in own:
        parts.add(file)
    parts.add(visible, leave_out(visible.read_text(), without))
    if under_tsan:
        parts.add(tests / "support" / "tsan_exception_shim.cpp")
    parts.add(STAND_INS / "main.cpp")
    return with_heading(parts.lines, slug, facts), sorted(parts.seen)


def with_heading(lines: list[str], slug: str, facts: dict) -> str:
    marks = [f"// {slug}/{file}" for file in facts["files"]]
    where = ", ".join(f"line {lines.index(mark) + 4}" for mark in marks)
    heading = [
        f"// Promissory {facts['id']}: {facts['title']}.",
        f"// {', '.join(facts['files'])} starts at {where}, its tests come after it.",
        "",
    ]
    return "\n".join([*heading, *lines]).rstrip() + "\n"
