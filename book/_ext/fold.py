"""`fold`: a part of a page that stays closed until the reader asks for it.

    :::{fold} solution
    :title: The reference
    ...
    :::

The kind is `hint`, `solution` or `aside`. A solution is not in the classroom edition at all.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from workbook import is_classroom

TITLES = {"hint": "Hint", "solution": "Solution", "aside": "More"}


class fold(nodes.General, nodes.Element):
    """One child `fold_title`, then what is folded away."""


class fold_title(nodes.Part, nodes.TextElement):
    pass


def make_fold(kind: str, title: list[nodes.Node], body: list[nodes.Node]) -> fold:
    node = fold(classes=["fold", kind])
    node += fold_title("", "", *title)
    node += body
    return node


class Fold(SphinxDirective):
    has_content = True
    required_arguments = 1
    option_spec = {"title": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        if kind not in TITLES:
            raise self.error(f"fold: the kind is one of {', '.join(TITLES)}, not {kind}")
        if kind == "solution" and is_classroom(self.env):
            return []
        title, messages = self.state.inline_text(self.options.get("title", TITLES[kind]), self.lineno)
        body = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, body)
        return [make_fold(kind, title, body.children), *messages]


def open_fold(writer, node):
    writer.body.append(f'<details class="{" ".join(node["classes"])}">')


def close_fold(writer, _node):
    writer.body.append("</details>\n")


def open_title(writer, _node):
    writer.body.append("<summary>")


def close_title(writer, _node):
    writer.body.append("</summary>\n")


def show_plainly(_writer, _node):
    """Builders without folds show what is in them."""


def setup(app):
    plain = (show_plainly, show_plainly)
    app.add_node(fold, html=(open_fold, close_fold), text=plain, latex=plain)
    app.add_node(fold_title, html=(open_title, close_title), text=plain, latex=plain)
    app.add_directive("fold", Fold)
    return {"parallel_read_safe": True, "version": "1"}
