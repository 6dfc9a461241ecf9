"""`bug-choices`: how a diagnosis is filled in, and what its words mean, folded.

    ```{bug-choices}
    ```

The words come from choices.toml, the questions from a diagnosis.toml.
"""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from fold import make_fold
from hunt import all_bugs, bug_of_page, read_choices, read_questions, room
from workbook import ROOT, use


def describe(folder: str) -> str:
    """Everything in Markdown, with the path of this bug's diagnosis."""
    lines = [
        f"Each answer stands between the quotes, in `exercises/bug-hunt/{folder}/diagnosis.toml`.",
        "",
        "`line`",
        ": One line of the faulty statement, of the program as it was given: the line itself, as in `line = \"return 0;\"`",
        "  (in single quotes if it has double ones), or its number and then without quotes, as in `line = 1`.",
        "",
    ]
    words_by_part = {plural.removesuffix("s"): words for plural, words in read_choices().items()}
    for part, asks in read_questions(folder).items():
        lines += [f"`{part}`", f": {asks}", ""]
        lines += [f"  - `{word}`: {means}" for word, means in words_by_part[part].items()]
        lines.append("")
    lines += ["`fix`", ": In one sentence: what do you change?"]
    return "\n".join(lines)


class BugChoices(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        try:
            folder = bug_of_page(self.env.docname)
        except KeyError:
            folder = all_bugs()[0]
        use(
            self.env,
            ROOT / "exercises/bug-hunt/choices.toml",
            room("exercises", folder) / "diagnosis.toml",
        )
        body = nodes.Element()
        text = StringList(describe(folder).splitlines(), source="")
        self.state.nested_parse(text, self.content_offset, body)
        title, _ = self.state.inline_text("How to fill in `diagnosis.toml`, and its words", self.lineno)
        return [make_fold("aside", title, body.children)]


def setup(app):
    app.add_directive("bug-choices", BugChoices)
    return {"parallel_read_safe": True, "version": "1"}
