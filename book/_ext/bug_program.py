"""`bug-program`: a broken program with its line numbers, a link that runs it, and what drives it, folded.

    ```{bug-program} 04-quotes
    ```

The line numbers are those of the file, because a diagnosis may name a line by its number.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from fold import make_fold
from hunt import program_of, room
from hunt_link import bug_link
from workbook import ROOT, use


def listing(file: Path, is_numbered: bool = False) -> nodes.Node:
    text = file.read_text()
    return nodes.literal_block(text, text, language="cpp", linenos=is_numbered)


class BugProgram(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        folder = self.arguments[0]
        try:
            program = program_of(folder)
            drives = room("tests", folder) / "scenario_test.cpp"
            files = [drives, *sorted(drives.parent.glob("*.hpp"))]
            use(self.env, program, *files)
            link = bug_link(self.env, folder, "exercises", "This program in Compiler Explorer")
            return [listing(program, is_numbered=True), link, self.fold(files)]
        except (OSError, ValueError) as problem:
            raise self.error(f"bug-program: {problem}")

    def fold(self, files: list[Path]) -> nodes.Node:
        title, _ = self.state.inline_text("What drives it", self.lineno)
        body: list[nodes.Node] = []
        for file in files:
            name = str(file.relative_to(ROOT))
            body += [nodes.paragraph("", "", nodes.literal(name, name)), listing(file)]
        return make_fold("aside", title, body)


def setup(app):
    app.add_directive("bug-program", BugProgram)
    return {"parallel_read_safe": True, "version": "1"}
