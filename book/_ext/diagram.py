"""`diagram`: a graphviz drawing, inline, in the colour of the text around it.

    ```{diagram} The caption
    :alt: What the drawing says, for those who cannot see it.
    a -> b
    ```
"""

import re
import subprocess
from hashlib import sha1

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

STYLE = """
bgcolor=transparent; fontname="Helvetica"; fontsize=12; ranksep=0.35; nodesep=0.35;
node [shape=box, style=rounded, fontname="Helvetica", fontsize=12, margin="0.16,0.09", height=0.3];
edge [fontname="Helvetica", fontsize=11, arrowsize=0.7];
"""


def draw(dot: str, alt: str) -> str:
    """The body of a digraph as an <svg> element; CalledProcessError or OSError if it fails."""
    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=f"digraph {{{STYLE}{dot}}}", capture_output=True, text=True, check=True
    ).stdout
    return in_text_colour(drawn, alt)


def in_text_colour(drawn: str, alt: str) -> str:
    svg = drawn[drawn.index("<svg") :]
    width = re.search(r'width="(\d+)pt"', svg).group(1)
    view = re.search(r'viewBox="[^"]*"', svg).group(0)
    mark = "d" + sha1((drawn + alt).encode()).hexdigest()[:8]
    body = svg[svg.index(">") + 1 :]
    body = re.sub(r"<title>.*?</title>\n?", "", body)
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.S)
    body = re.sub(r' id="[^"]*"', "", body)
    body = re.sub(r' (font-family|font-size)="Helvetica[^"]*"', "", body)
    body = body.replace('"black"', '"currentColor"').replace("<text ", '<text fill="currentColor" ')
    safe = nodes.unescape(alt).replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<svg role="img" aria-labelledby="{mark}" xmlns="http://www.w3.org/2000/svg" {view} '
        f'style="width: {int(width) * 4 // 3}px"><title id="{mark}">{safe}</title>{body}'
    )


class Diagram(SphinxDirective):
    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        if "alt" not in self.options:
            raise self.error("diagram: say in `alt` what the drawing shows")
        try:
            svg = draw("\n".join(self.content), " ".join(self.options["alt"].split()))
        except OSError as problem:
            raise self.error(f"diagram: needs graphviz (apt-get install graphviz): {problem}")
        except subprocess.CalledProcessError as problem:
            raise self.error(f"diagram: {problem.stderr}")
        figure = nodes.figure(classes=["diagram"])
        figure += nodes.raw("", svg, format="html")
        caption, messages = self.state.inline_text(self.arguments[0], self.lineno)
        figure += nodes.caption("", "", *caption)
        return [figure, *messages]


def setup(app):
    app.add_directive("diagram", Diagram)
    return {"parallel_read_safe": True, "version": "1"}
