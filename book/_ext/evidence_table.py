"""`evidence-table`: how often each instrument saw each broken program, as it was measured.

    ```{evidence-table}
    ```

`make evidence` writes what it draws. It gives answers away: nothing is shown in the classroom edition.
"""

import json
from collections.abc import Callable
from html import escape

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from hunt import bug_with, page_of, read_bug, read_choices
from workbook import ROOT, is_classroom, use

FILE = ROOT / "tests/bug-hunt/evidence/table.json"
CAPTION = (
    "In how many of {runs} runs of a broken program each instrument saw it. Framed: the one that the answer names. "
    "A dash: it was not asked. The last column: in how many runs of the mended program, in the flavour that did worst, "
    "all of them were silent."
)
NOT_YET = "The table is drawn from runs of every program, and these have not been made here yet: `make evidence` makes them."


def draw(rows: list[dict], instruments: list[str], link: Callable[[str], tuple[str, str]]) -> str:
    """The table in HTML. `link` gives the address and the title for the id of a bug."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ["bug", *instruments, "mended"])
    runs = sorted({row["runs"] for row in rows})
    caption = CAPTION.format(runs=" or ".join(map(str, runs)))
    body = "\n".join(draw_row(row, instruments, *link(row["id"])) for row in rows)
    return (
        '<figure class="evidence">\n'
        '<div role="region" tabindex="0" aria-labelledby="evidence-says">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
        f'<figcaption id="evidence-says">{escape(caption)}</figcaption>\n</figure>'
    )


def draw_row(row: dict, instruments: list[str], address: str, title: str) -> str:
    label = f'<a href="{escape(address)}">{escape(row["id"])} · {escape(title)}</a>'
    seen = [draw_cell(row["broken"].get(name), name == row["instrument"]) for name in instruments]
    mended = min(row["mended"].values(), default=None)
    last = f"<td>{'–' if mended is None else mended}</td>"
    return f'<tr><th scope="row">{label}</th>{"".join(seen)}{last}</tr>'


def draw_cell(sightings: dict | None, is_named: bool) -> str:
    if sightings is None:
        return '<td class="none">–</td>'
    count = sightings["seen"]
    if is_named:
        return f'<td class="named"><strong>{count}</strong></td>'
    return f"<td>{count}</td>" if count else '<td class="none">0</td>'


class EvidenceTable(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        if is_classroom(self.env):
            return []
        use(self.env, FILE)
        if not FILE.is_file():
            text, messages = self.state.inline_text(NOT_YET, self.lineno)
            return [nodes.paragraph("", "", *text), *messages]
        try:
            table = draw(json.loads(FILE.read_text()), list(read_choices()["instruments"]), self.link)
        except (KeyError, ValueError) as problem:
            raise self.error(f"evidence-table: {problem}")
        return [nodes.raw("", table, format="html")]

    def link(self, bug_id: str) -> tuple[str, str]:
        folder = bug_with(bug_id)
        page = self.env.app.builder.get_relative_uri(self.env.docname, page_of(folder))
        return page, read_bug(folder)["title"]


def setup(app):
    app.add_directive("evidence-table", EvidenceTable)
    return {"parallel_read_safe": True, "version": "1"}
