#!/usr/bin/python3
"""Checks that each chapter has the headings to which the tests send a learner who failed them.

A test names a heading in its first line, `contract("what right code does", "heading-id")`; the chapter is the
page that exercise.toml calls `read`. A bug's page is what its bug.toml calls so; a heading may stand behind it
(`bug-hunt/04-quotes#the-program`).

    check_anchors.py build/book/html
"""

import re
import sys
import tomllib
from pathlib import Path

CONTRACT = re.compile(
    r'\bcontract\(\s*(?:"(?:[^"\\]|\\.)*"\s*)+,\s*"(?P<anchor>[^"]*)"\s*\)'
)


def anchors_used(tests: Path) -> dict[str, set[str]]:
    """For each heading id in these tests, the files that use it."""
    used: dict[str, set[str]] = {}
    for file in sorted(tests.glob("*_test.cpp")):
        for match in CONTRACT.finditer(file.read_text()):
            used.setdefault(match["anchor"], set()).add(file.name)
    return used


def problems(root: Path, html: Path) -> list[str]:
    found = []
    room = root / "exercises"
    for file in sorted([*room.glob("**/exercise.toml"), *room.glob("bug-hunt/*/bug.toml")]):
        slug = file.parent.relative_to(room)
        name, _, heading = tomllib.loads(file.read_text())["read"].partition("#")
        page = html / f"{name}.html"
        text = page.read_text() if page.is_file() else ""
        if not text:
            found.append(f"{slug}: the book has no page {page.relative_to(html)}")
        used = anchors_used(root / "tests" / slug)
        if heading:
            used.setdefault(heading, set()).add(file.name)
        for anchor, users in used.items():
            if f'id="{anchor}"' not in text:
                found.append(f"{slug}: {', '.join(sorted(users))}: no heading #{anchor} in {page.name}")
    return found


def main() -> int:
    found = problems(Path(__file__).resolve().parents[1], Path(sys.argv[1]))
    print("\n".join(found) or "every anchor that a test uses is in its chapter")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
