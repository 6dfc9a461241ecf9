"""`bug-facts`: what there is to read, to edit and to call for a bug, at the head of its page.

    ```{bug-facts} 04-quotes
    ```
"""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from hunt import bug_with, page_of, read_bug, read_choices, room
from workbook import ROOT, use

PARTS = "line, cause, instrument, failure, theme and fix make a point each, the mend makes four"


def what_it_counts(facts: dict) -> str:
    if not facts.get("variation"):
        return f"Ten points: {PARTS}."
    if not facts["id"][0].isdigit():
        return f"Judged like a bug ({PARTS}), and counted for nothing."
    original = bug_with(facts["id"].rstrip("abcdefghijklmnopqrstuvwxyz"))
    title = read_bug(original)["title"]
    return (
        f"A variation of [bug {read_bug(original)['id']}, {title}](/{page_of(original)}.md), for exercise: "
        f"judged like it ({PARTS}), and counted for nothing."
    )


def describe(folder: str) -> str:
    """The facts in Markdown."""
    facts = read_bug(folder)
    bug_id = facts["id"]
    instruments = ", ".join(f"`{name}`" for name in [*read_choices()["instruments"], "leak"])
    serves = (room("tests", folder) / "serve_test.cpp").is_file()
    lines = [
        f"You read and mend `exercises/bug-hunt/{folder}/{facts['file']}`, and say what you have found in",
        f"`exercises/bug-hunt/{folder}/diagnosis.toml`. The program is driven by",
        f"`tests/bug-hunt/{folder}/scenario_test.cpp`, which you read and leave as it is.",
        "",
        "```console",
        f"$ ./build/promissory hunt {bug_id}",
        *([f"$ ./build/promissory hunt {bug_id} --serve"] if serves else []),
        f"$ ./build/promissory hunt {bug_id} --with leak",
        f"$ ./build/promissory hunt {bug_id} --answer",
        "```",
        "",
        f"After `--with` comes any instrument: {instruments} (which is `threads` and `promises` at once).",
        what_it_counts(facts),
    ]
    return "\n".join(lines)


class BugFacts(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        folder = self.arguments[0]
        try:
            text = describe(folder)
        except (OSError, KeyError) as problem:
            raise self.error(f"bug-facts: {problem}")
        use(self.env, room("exercises", folder) / "bug.toml", ROOT / "exercises/bug-hunt/choices.toml")
        facts = nodes.container(classes=["facts"])
        self.state.nested_parse(StringList(text.splitlines(), source=""), 0, facts)
        return [facts]


def setup(app):
    app.add_directive("bug-facts", BugFacts)
    return {"parallel_read_safe": True, "version": "1"}
