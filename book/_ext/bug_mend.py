"""`bug-mend`: what the mend changes in a bug's program, and a link that runs it mended.

    ```{bug-mend} 04-quotes
    ```

Nothing is shown in the classroom edition.
"""

from difflib import unified_diff
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from hunt import program_of
from hunt_link import bug_link
from workbook import ROOT, is_classroom, use


def mend(broken: Path, mended: Path) -> str:
    """A unified diff; ValueError if nothing was changed."""
    sides = [str(file.relative_to(ROOT)) for file in (broken, mended)]
    texts = [file.read_text().splitlines() for file in (broken, mended)]
    diff = "\n".join(unified_diff(*texts, *sides, lineterm=""))
    if not diff:
        raise ValueError(f"{sides[1]} is the broken program")
    return diff + "\n"


class BugMend(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if is_classroom(self.env):
            return []
        folder = self.arguments[0]
        try:
            files = [program_of(folder), program_of(folder, "solutions")]
            use(self.env, *files)
            diff = mend(*files)
            link = bug_link(self.env, folder, "solutions", "The mended program in Compiler Explorer")
            return [nodes.literal_block(diff, diff, language="diff"), link]
        except (OSError, ValueError) as problem:
            raise self.error(f"bug-mend: {problem}")


def setup(app):
    app.add_directive("bug-mend", BugMend)
    return {"parallel_read_safe": True, "version": "1"}
