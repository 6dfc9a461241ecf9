#!/usr/bin/python3
"""Checks that the classroom edition gives nothing away: no solution, no hidden test, no mutant, and of the bug hunt no
mend, no answer, no fake.

Every telling line of those is looked for in the pages, in the search index and behind the links; of an answer, every
string. A line that the learner has anyway, in a starter, a visible test, a hint or an example of the explorer, tells nothing.

    check_classroom.py build/book/classroom
"""

import html
import re
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from check_links import find_links  # noqa: E402
from explorer_link import decode  # noqa: E402

SHORTEST = 30
SECRET = [
    "solutions/*/*.hpp",
    "solutions/*/my_test.cpp",
    "tests/*/hidden_test.cpp",
    "tests/*/explore_test.cpp",
    "tests/*/mutants/*",
    "solutions/bug-hunt/*/*",
    "tests/bug-hunt/*/accepted.toml",
    "tests/bug-hunt/*/hidden_test.cpp",
    "tests/bug-hunt/*/explore_test.cpp",
    "tests/bug-hunt/*/fakes/*",
]
GIVEN = [
    "exercises/*/*",
    "tests/*/visible_test.cpp",
    "tests/support/*.?pp",
    "tests/explorer/tests/wrong/*.cpp",
    "book/exercises/*.md",
    "exercises/bug-hunt/*/*",
    "tests/bug-hunt/*/scenario_test.cpp",
    "tests/bug-hunt/*/*.hpp",
    "tests/bug-hunt/*/serve_test.cpp",
]


def strings_in(value) -> list[str]:
    """Every string in what a TOML file says."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item)]
    return [value] if isinstance(value, str) else []


def telling(file: Path) -> list[str]:
    """The lines of a file; of a TOML file, those of its strings."""
    text = file.read_text()
    if file.suffix == ".toml":
        text = "\n".join(strings_in(tomllib.loads(text)))
    return text.splitlines()


def lines_of(root: Path, patterns: list[str]) -> dict[str, Path]:
    """Each line that is long enough to tell something, without its indentation and diff sign. Which headers a file
    includes tells nothing."""
    found: dict[str, Path] = {}
    for pattern in patterns:
        for file in filter(Path.is_file, sorted(root.glob(pattern))):
            for line in telling(file):
                line = line.lstrip("+- ").rstrip()
                if len(line) >= SHORTEST and not line.startswith("#include"):
                    found.setdefault(line, file.relative_to(root))
    return found


def texts_of(edition: Path) -> dict[str, str]:
    """What a reader can read: pages without their tags, the search index, the linked programs."""
    texts = {
        str(page.relative_to(edition)): html.unescape(re.sub(r"<[^>]*>", "", page.read_text()))
        for page in edition.rglob("*.html")
    }
    texts["the search index"] = (edition / "searchindex.js").read_text()
    for link in find_links(edition):
        texts[f"a link in {link.page}"] = decode(link.url).source
    return texts


def leaks(root: Path, edition: Path) -> list[str]:
    given = "\n".join(lines_of(root, GIVEN))
    secret = {line: file for line, file in lines_of(root, SECRET).items() if line not in given}
    return [
        f"{where} shows a line of {file}: {line}"
        for where, text in texts_of(edition).items()
        for line, file in secret.items()
        if line in text
    ]


def main() -> int:
    found = leaks(Path(__file__).resolve().parents[1], Path(sys.argv[1]))
    print("\n".join(found) or "the classroom edition gives nothing away")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
