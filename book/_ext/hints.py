"""`hints`: the ladder of hints from exercise.toml, one fold per rung."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from fold import make_fold
from workbook import exercise_file, read_exercise, use


class Hints(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        slug = self.arguments[0]
        use(self.env, exercise_file(slug))
        return [self.show(n, hint) for n, hint in enumerate(read_exercise(slug)["hints"], 1)]

    def show(self, rung: int, hint: dict) -> nodes.Node:
        body = nodes.Element()
        text = StringList(hint["text"].strip("\n").splitlines(), source="")
        self.state.nested_parse(text, self.content_offset, body)
        for listing in body.findall(nodes.literal_block):
            listing["language"] = "cpp"
        title, _ = self.state.inline_text(f"Hint {rung}: {hint['title']}", self.lineno)
        return make_fold("hint", title, body.children)


def setup(app):
    app.add_directive("hints", Hints)
    return {"parallel_read_safe": True, "version": "1"}
