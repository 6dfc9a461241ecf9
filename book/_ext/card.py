"""`card`: a question as an interviewer asks it, a good answer, and the follow-up.

    :::{card} What is a future?
    :follow-up: And a promise?
    The answer.
    +++
    The answer to the follow-up.
    :::
"""

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from fold import make_fold

SEPARATOR = "+++"


class Card(SphinxDirective):
    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"follow-up": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        lines = list(self.content)
        if ("follow-up" in self.options) != (SEPARATOR in lines):
            raise self.error(f"card: a follow-up and its answer (after {SEPARATOR}) come together")
        cut = lines.index(SEPARATOR) if SEPARATOR in lines else len(lines)
        body = self.parse(0, cut)
        if "follow-up" in self.options:
            follow_up = nodes.container(classes=["follow-up"])
            asked, messages = self.state.inline_text(self.options["follow-up"], self.lineno)
            follow_up += nodes.paragraph("", "", nodes.strong("", "Follow-up: "), *asked, *messages)
            follow_up += self.parse(cut + 1, len(lines))
            body.append(follow_up)
        question, messages = self.state.inline_text(self.arguments[0], self.lineno)
        return [make_fold("card", question, body), *messages]

    def parse(self, start: int, end: int) -> list[nodes.Node]:
        into = nodes.Element()
        part = StringList(list(self.content)[start:end], source="")
        self.state.nested_parse(part, self.content_offset + start, into)
        return into.children


def setup(app):
    app.add_directive("card", Card)
    return {"parallel_read_safe": True, "version": "1"}
