"""How the book is built: `make book`, or see book/CMakeLists.txt for the plain sphinx command.

The edition for self-study is the default; `-t classroom` leaves out solutions and mutants.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Promissory"
html_title = "Promissory"
copyright = "the Promissory authors"
language = "en"

extensions = [
    "myst_parser",
    "sphinx_copybutton",
    "bug_answer",
    "bug_choices",
    "bug_facts",
    "bug_mend",
    "bug_program",
    "card",
    "ce",
    "diagram",
    "evidence_table",
    "exercise_facts",
    "fold",
    "furo_mend",
    "hints",
    "mutants",
]
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["_*", "tests"]
if tags.has("classroom"):  # noqa: F821 - sphinx puts `tags` here
    html_title = "Promissory, classroom edition"

html_theme = "furo"
html_theme_options = {
    "light_css_variables": {"color-code-background": "#f6f8fa"},
    "dark_css_variables": {"color-code-background": "#1a1c1e"},
}
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["book.css"]
html_js_files = [("book.js", {"priority": 900})]
html_favicon = "_static/mark.svg"
html_copy_source = False
html_show_sourcelink = False
html_permalinks_icon = "#"
pygments_style = "xcode"
pygments_dark_style = "github-dark"
highlight_language = "cpp"
copybutton_prompt_text = "$ "
# It would copy the line numbers along.
copybutton_selector = "div.notranslate:not(.numbered) > div.highlight > pre"
