"""`ce`: an exercise in Compiler Explorer: the starter, the solution, the solution under TSan.

    ```{ce} 04-once-promise
    :leave-out: OncePromise.ManyThreads
    ```

`leave-out` names the visible tests that use more threads than Compiler Explorer's sandbox allows;
check_links.py tells which those are. The classroom edition links to the starter only, and to the starters of
the exercises that it builds on.
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from explorer_link import Program, encode
from explorer_source import assemble
from workbook import ROOT, is_classroom, read_exercise, use

OPTIONS = "-std=c++20 -O1 -g -Wall -Wextra -pthread"

# What the button says, whose header it shows, the compiler, more options, what its tests do.
STARTER = ("Starter and visible tests", "exercises", "g122", "", "fails")
SOLUTIONS = [
    ("Solution", "solutions", "g122", "", "passes"),
    ("Solution under ThreadSanitizer", "solutions", "clang1910", " -fsanitize=thread", "passes"),
]


class CompilerExplorer(SphinxDirective):
    required_arguments = 1
    option_spec = {"leave-out": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        wanted = [STARTER] if is_classroom(self.env) else [STARTER, *SOLUTIONS]
        links = "".join(self.link(*each) for each in wanted)
        return [nodes.raw("", f'<p class="explorer">{links}</p>', format="html")]

    def link(self, says: str, room: str, compiler: str, more: str, expect: str) -> str:
        slug = self.arguments[0]
        earlier = "exercises" if is_classroom(self.env) else "solutions"
        without = self.options.get("leave-out", "").split()
        try:
            source, files = assemble(
                ROOT, slug, read_exercise(slug), room, earlier, without, "thread" in more
            )
            url = encode(Program(source, compiler, OPTIONS + more))
        except (OSError, ValueError) as problem:
            raise self.error(f"ce: {problem}")
        use(self.env, *files)
        return f'<a href="{escape(url)}" data-expect="{expect}" rel="noreferrer">{says}</a>'


def setup(app):
    app.add_directive("ce", CompilerExplorer)
    return {"parallel_read_safe": True, "version": "1"}
