"""`exercise-facts`: what exercise.toml says about an exercise, at the head of its chapter.

A chapter's heading `# {{ title }}` is filled in from exercise.toml too, and that of a bug's page from bug.toml.
"""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from hunt import bug_of_page, title_of
from workbook import exercise_file, find_slug, read_exercise, use

LEVELS = {"B": "Beginner", "I": "Intermediate", "A": "Advanced", "S": "Senior"}


def what_comes_with_it(facts: dict) -> str:
    text = ""
    if given := facts.get("given"):
        text += " " + " and ".join(f"`{file}`" for file in given) + " beside them: read, not edited."
    if libraries := facts.get("libraries"):
        text += f" Needs {' and '.join(libraries)}, which `make setup` installs; without, it is not judged."
    return text


def describe(slug: str) -> str:
    """The facts in Markdown."""
    facts = read_exercise(slug)
    needs = [find_slug(needed) for needed in facts.get("needs", [])]
    earlier = ", ".join(f"[{read_exercise(n)['id']}](/exercises/{n}.md)" for n in needs)
    files = " and ".join(f"`{file}`" for file in [*facts["files"], "my_test.cpp"])
    lines = [
        f"**Goal.** {' '.join(facts['goal'].split())}",
        "",
        ("Stretch challenge, with a mark of its own · " if facts.get("stretch") else "")
        + f"{LEVELS[facts['level']]} · about {facts['minutes']} minutes"
        + (f" · builds on {earlier}" if earlier else ""),
        "",
        f"You edit {files} in `exercises/{slug}/`." + what_comes_with_it(facts),
        "",
        "```console",
        f"$ ./build/promissory check {facts['id']}",
        f"$ ./build/promissory hint {facts['id']}",
        "```",
    ]
    return "\n".join(lines)


class ExerciseFacts(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        slug = self.arguments[0]
        use(self.env, exercise_file(slug))
        facts = nodes.container(classes=["facts"])
        self.state.nested_parse(StringList(describe(slug).splitlines(), source=""), 0, facts)
        return [facts]


def title_of_page(docname: str) -> str:
    """What the page is called; OSError or KeyError if it is about no exercise and no bug."""
    if docname.startswith("bug-hunt/"):
        return title_of(bug_of_page(docname))
    facts = read_exercise(docname.rpartition("/")[2])
    return f"{facts['id'].upper()} · {facts['title']}"


def fill_in_title(_app, docname: str, source: list[str]) -> None:
    if "{{ title }}" in source[0]:
        source[0] = source[0].replace("{{ title }}", title_of_page(docname))


def setup(app):
    app.connect("source-read", fill_in_title)
    app.add_directive("exercise-facts", ExerciseFacts)
    return {"parallel_read_safe": True, "version": "1"}
