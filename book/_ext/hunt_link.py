"""A bug in Compiler Explorer, with the compiler and the flags that fit its instrument."""

from html import escape

from docutils import nodes

from explorer_link import Program, encode
from hunt import named_instruments, room
from hunt_source import assemble_bug
from workbook import ROOT, use

OPTIONS = "-std=c++20 -g -Wall -Wextra -pthread"

# The others look from outside, and read the names of functions that are not inlined.
PLAIN = ("g122", "-O0 -rdynamic")
INSTRUMENTED = {
    "tsan": ("clang1910", "-O1 -fsanitize=thread"),
    "asan": ("g122", "-O1 -fsanitize=address,undefined"),
}


def bug_program(folder: str, name: str) -> tuple[Program, list]:
    """The program in the room `name` as a link opens it, and the files it was made of."""
    source, files = assemble_bug(ROOT, folder, name)
    compiler, flags = INSTRUMENTED.get(named_instruments(folder)[0], PLAIN)
    return Program(source, compiler, f"{OPTIONS} {flags}"), files


def expectation(folder: str, name: str) -> str:
    """What check_links.py holds the link to."""
    if name == "solutions":
        return "passes"
    return "refused" if named_instruments(folder)[0] == "types" else "caught"


def bug_link(env, folder: str, name: str, says: str) -> nodes.Node:
    """A button; OSError or ValueError if there is no program for it."""
    program, files = bug_program(folder, name)
    use(env, *files, room("tests", folder) / "accepted.toml")
    return nodes.raw(
        "",
        f'<p class="explorer"><a href="{escape(encode(program))}" data-bug="{folder}" '
        f'data-expect="{expectation(folder, name)}" rel="noreferrer">{says}</a></p>',
        format="html",
    )
