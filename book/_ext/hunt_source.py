"""One source file out of a bug's program, what it is built on, its scenario, and a main that hunts.

The main stands in for tests/support: it tells what a test leaves behind, and ends a hang.
"""

from pathlib import Path

from explorer_source import STAND_INS, SYSTEM_INCLUDE, Assembly, without_gaps
from hunt import program_of, read_bug, room

HUNT = STAND_INS / "hunt"

# A sandbox takes few threads: some scenarios come with fewer of them.
SMALLER = {
    "07-photo-backup": {"std::vector<Photo>(30)": "std::vector<Photo>(7)"},
    "lab-price-server": {"int rush = 12;  // ": "int rush = 6;  // ", "int room = 4;  ": "int room = 2;  "},
}


class HuntAssembly(Assembly):
    """Headers come first and their sources last, so that the program is not far down."""

    def __init__(self, roots: list[Path], whole: set[Path], smaller: dict[str, str]):
        super().__init__(roots, whole)
        self.smaller = dict(smaller)
        self.sources: list[Path] = []

    def add(self, file: Path, text: str | None = None) -> None:
        text = file.read_text() if text is None else text
        for large in [large for large in self.smaller if large in text]:
            text = text.replace(large, self.smaller.pop(large))
        super().add(file, text)

    def add_with_source(self, header: Path) -> None:
        self.add(header)
        if (source := header.with_suffix(".cpp")).is_file() and source not in self.sources:
            self.sources.append(source)

    def text(self) -> list[str]:
        """The lines, with all that is included from the system at the top, and once."""
        own = [line for line in self.lines if not SYSTEM_INCLUDE.match(line)]
        return [*sorted(self.system), "", *without_gaps(own)]


def assemble_bug(root: Path, folder: str, name: str) -> tuple[str, list[Path]]:
    """The source behind a link to the program in the room `name`, and the files it was made of."""
    program = program_of(folder, name, root)
    scenario = room("tests", folder, root) / "scenario_test.cpp"
    own = {program, scenario, *scenario.parent.glob("*.hpp"), *root.glob("tests/bug-hunt/house/*.hpp")}
    parts = HuntAssembly([HUNT, STAND_INS, root / name, root / "tests"], own, SMALLER.get(folder, {}))
    parts.add(program)
    parts.add(scenario)
    parts.add(HUNT / "main.cpp")
    for source in parts.sources:
        parts.add(source)
    if parts.smaller:
        raise ValueError(f"{folder}: nothing to make smaller says {', '.join(parts.smaller)}")
    return with_heading(parts.text(), folder, read_bug(folder, root)), sorted(parts.seen)


def with_heading(lines: list[str], folder: str, facts: dict) -> str:
    at, scenario = (lines.index(f"// {folder}/{file}") + 4 for file in [facts["file"], "scenario_test.cpp"])
    heading = [
        f"// Promissory, bug hunt {facts['id']}: {facts['title']}.",
        f"// {facts['file']} starts at line {at}, its scenario at line {scenario}.",
        "",
    ]
    return "\n".join([*heading, *lines]).rstrip() + "\n"
