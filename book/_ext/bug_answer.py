"""`bug-answer`: the answered diagnosis of a bug as a list. Nothing is shown in the classroom edition.

    ```{bug-answer} 04-quotes
    ```
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from hunt import program_of, read_choices, read_toml, room
from workbook import is_classroom, use

# Each part of a diagnosis, and the plural by which choices.toml and accepted.toml call it.
PARTS = {"cause": "causes", "instrument": "instruments", "failure": "failures", "theme": "themes"}


def numbers_of(lines: list[str], program: str) -> list[int]:
    """Where these lines stand in the program; ValueError if one does not."""
    own = [line.strip() for line in program.splitlines()]
    return sorted(own.index(line.strip()) + 1 for line in lines)


class BugAnswer(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if is_classroom(self.env):
            return []
        folder = self.arguments[0]
        files = [
            room("solutions", folder) / "diagnosis.toml",
            room("tests", folder) / "accepted.toml",
            program_of(folder),
        ]
        use(self.env, *files)
        try:
            answer, accepted = (read_toml(file) for file in files[:2])
            return [self.show(answer, accepted, files[2].read_text())]
        except (OSError, KeyError, ValueError) as problem:
            raise self.error(f"bug-answer: {folder}: {problem}")

    def show(self, answer: dict, accepted: dict, program: str) -> nodes.Node:
        (at,) = numbers_of([answer["line"]], program)
        others = [number for number in numbers_of(accepted["lines"], program) if number != at]
        items = nodes.bullet_list(classes=["bug-answer"])
        items += self.item("line", [f"{at}: ", self.code(answer["line"])], list(map(str, others)))
        for part, plural in PARTS.items():
            word = answer[part]
            also = [self.code(other) for other in accepted[plural] if other != word]
            means = self.state.inline_text(read_choices()[plural][word], self.lineno)[0]
            items += self.item(part, [self.code(word), ". ", *means], also)
        items += self.item("fix", self.state.inline_text(answer["fix"], self.lineno)[0], [])
        return items

    def item(self, part: str, says: list, also: list) -> nodes.Node:
        text = nodes.paragraph("", "", nodes.strong("", part.capitalize()), nodes.Text(" "))
        if also:
            says = [*says, " Right, too: "]
            for i, other in enumerate(also):
                says += [", " if i else "", other]
            says.append(".")
        text += [nodes.Text(piece) if isinstance(piece, str) else piece for piece in says]
        return nodes.list_item("", text)

    def code(self, text: str) -> nodes.Node:
        return nodes.literal(text, text)


def setup(app):
    app.add_directive("bug-answer", BugAnswer)
    return {"parallel_read_safe": True, "version": "1"}
