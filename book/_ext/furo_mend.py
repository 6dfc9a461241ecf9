"""Mends furo as Debian 12 ships it; does nothing to a furo that is whole.

Its script imports another file (blocked on file://), its normalize.css lies outside of the book, and
its rules for a reader whose system is dark were lost when the style sheet was compiled.
"""

import re
from pathlib import Path

IMPORT = 'import Gumshoe from "./gumshoe-patched.js";'
NORMALIZE = "@import url(/javascript/normalize.css/normalize.css);"
DARK = re.compile(r'(  body\[data-theme="dark"\] \{.*?display: block !important; \}) \}', re.S)


def bundle(script: Path) -> None:
    if (text := script.read_text()).startswith(IMPORT):
        spy = (script.parent / "gumshoe-patched.js").read_text()
        script.write_text(f"{spy}\n(() => {{{text.removeprefix(IMPORT)}}})();\n")


def complete(style: Path, normalize: Path) -> None:
    text = style.read_text()
    if normalize.is_file():
        text = text.replace(NORMALIZE, normalize.read_text())
    if "prefers-color-scheme" not in text and (dark := DARK.search(text)):
        auto = dark.group(1).replace('body[data-theme="dark"]', 'body:not([data-theme="light"])')
        text = text.replace(
            dark.group(0), f"{dark.group(1)}\n  @media (prefers-color-scheme: dark) {{\n{auto} }} }}"
        )
    style.write_text(text)


def mend(app, problem) -> None:
    static = Path(app.outdir) / "_static"
    if problem is None and (static / "scripts/furo.js").is_file():
        bundle(static / "scripts/furo.js")
        complete(static / "styles/furo.css", Path("/usr/share/javascript/normalize.css/normalize.css"))


def setup(app):
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "version": "1"}
