"""`bug-program`: a broken program with its line numbers, a link that runs it, and, folded, what it is built on
and what drives it.

    ```{bug-program} 04-quotes
    ```

The line numbers are those of the file, because a diagnosis may name a line by its number.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from explorer_source import INCLUDE
from fold import make_fold
from hunt import program_of, room
from hunt_link import bug_link
from workbook import ROOT, use


def listing(file: Path, is_numbered: bool = False) -> nodes.Node:
    text = file.read_text()
    classes = ["numbered"] if is_numbered else []
    return nodes.literal_block(text, text, language="cpp", linenos=is_numbered, classes=classes)


def house_of(program: Path) -> list[Path]:
    """The headers of the house that a program includes."""
    names = [found[1] for line in program.read_text().splitlines() if (found := INCLUDE.match(line))]
    return [ROOT / "tests" / name for name in names if name.startswith("bug-hunt/house/")]


class BugProgram(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        folder = self.arguments[0]
        try:
            program = program_of(folder)
            house = house_of(program)
            drives = room("tests", folder) / "scenario_test.cpp"
            driving = [drives, *sorted(drives.parent.glob("*.hpp"))]
            use(self.env, program, *house, *driving)
            shown = [
                listing(program, is_numbered=True),
                bug_link(self.env, folder, "exercises", "This program in Compiler Explorer"),
            ]
            if house:
                shown.append(self.fold("What it is built on", house))
            return [*shown, self.fold("What drives it", driving)]
        except (OSError, ValueError) as problem:
            raise self.error(f"bug-program: {problem}")

    def fold(self, says: str, files: list[Path]) -> nodes.Node:
        title, _ = self.state.inline_text(says, self.lineno)
        body: list[nodes.Node] = []
        for file in files:
            name = str(file.relative_to(ROOT))
            body += [nodes.paragraph("", "", nodes.literal(name, name)), listing(file)]
        return make_fold("aside", title, body)


def setup(app):
    app.add_directive("bug-program", BugProgram)
    return {"parallel_read_safe": True, "version": "1"}
