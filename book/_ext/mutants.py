"""`mutants`: the earlier, wrong versions of an exercise's reference, each folded.

The argument is the exercise's folder. Nothing is shown in the classroom edition.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from fold import make_fold
from workbook import ROOT, is_classroom, use

FLAVOURS = {
    "plain": "the plain build",
    "tsan": "the build under ThreadSanitizer",
    "asan": "the build under AddressSanitizer and LeakSanitizer",
    "explore": "the schedule explorer",
}


def read_patch(text: str) -> tuple[dict[str, str], str]:
    """The header's fields (a continued line belongs to the field above) and the diff."""
    header, _, diff = text.partition("\n\n")
    fields: dict[str, str] = {}
    name = None
    for line in header.splitlines():
        key, colon, value = line.partition(": ")
        if colon and key[:1].isupper() and " " not in key:
            name = key
            fields[name] = value.strip()
        elif name:
            fields[name] += " " + line.strip()
    return fields, diff.strip("\n") + "\n"


class Mutants(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        folder = ROOT / "tests" / self.arguments[0] / "mutants"
        if is_classroom(self.env):
            return []
        patches = sorted(folder.glob("*.patch"))
        if not patches:
            raise self.error(f"mutants: no patch in {folder}")
        use(self.env, *patches)
        return [self.show(patch) for patch in patches]

    def show(self, patch: Path) -> nodes.Node:
        fields, diff = read_patch(patch.read_text())
        if missing := {"Title", "Wrong", "Shows"} - fields.keys():
            raise self.error(f"mutants: {patch.name} does not say {', '.join(sorted(missing))}")
        body = [
            self.say("What is wrong. ", fields["Wrong"]),
            self.say("What shows it. ", fields["Shows"]),
        ]
        if flavour := FLAVOURS.get(fields.get("Flavour", "").strip()):
            body.append(self.say("Where it dies. ", f"In {flavour}."))
        body.append(nodes.literal_block(diff, diff, language="diff"))
        title, _ = self.state.inline_text(fields["Title"], self.lineno)
        return make_fold("mutant", title, body)

    def say(self, label: str, text: str) -> nodes.Node:
        inline, _ = self.state.inline_text(text, self.lineno)
        return nodes.paragraph("", "", nodes.strong("", label), *inline)


def setup(app):
    app.add_directive("mutants", Mutants)
    return {"parallel_read_safe": True, "version": "1"}
