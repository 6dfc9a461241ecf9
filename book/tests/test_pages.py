"""The parts of the pages that do not need Sphinx to be tested."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BOOK), str(BOOK / "_ext")]

import check_classroom  # noqa: E402
from diagram import draw  # noqa: E402
from furo_mend import bundle, complete  # noqa: E402
from mutants import read_patch  # noqa: E402


class Patches(unittest.TestCase):
    def test_the_header_is_read_and_a_long_field_may_be_wrapped(self):
        fields, diff = read_patch(
            "Title: One\nWrong: It is: wrong,\n and long.\nKilled-by: A.B\n\n--- a\n+++ b\n\n keep\n"
        )
        self.assertEqual(fields["Wrong"], "It is: wrong, and long.")
        self.assertEqual(fields["Killed-by"], "A.B")
        self.assertEqual(diff, "--- a\n+++ b\n\n keep\n")


class Diagrams(unittest.TestCase):
    def test_a_drawing_takes_the_colour_of_the_text_and_says_what_it_shows(self):
        svg = draw("a -> b", "a < b")
        self.assertIn('stroke="currentColor"', svg)
        self.assertNotIn('"black"', svg)
        self.assertIn("a &lt; b</title>", svg)
        self.assertIn('role="img"', svg)


class Furo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text)
        return self.folder / name

    def test_the_script_is_bundled_once(self):
        self.write("gumshoe-patched.js", "spy();")
        script = self.write("furo.js", 'import Gumshoe from "./gumshoe-patched.js";\nmain();')
        bundle(script)
        mended = script.read_text()
        self.assertTrue(mended.startswith("spy();"))
        self.assertNotIn("import", mended)
        bundle(script)
        self.assertEqual(script.read_text(), mended)

    def test_the_style_sheet_gets_back_what_it_lost_once(self):
        normalize = self.write("normalize.css", "html {}")
        style = self.write(
            "furo.css",
            "@import url(/javascript/normalize.css/normalize.css);\n@media not print {\n"
            '  body[data-theme="dark"] {\n    --x: 1; }\n'
            '    body[data-theme="dark"] .only-dark {\n      display: block !important; } }\n',
        )
        complete(style, normalize)
        mended = style.read_text()
        self.assertTrue(mended.startswith("html {}"))
        self.assertIn("prefers-color-scheme: dark", mended)
        self.assertEqual(mended.count("{"), mended.count("}"))
        complete(style, normalize)
        self.assertEqual(style.read_text(), mended)

    def test_a_furo_that_is_whole_is_left_alone(self):
        script = self.write("furo.js", "(()=>{main()})();")
        style = self.write("furo.css", "@media (prefers-color-scheme: dark) {}")
        bundle(script)
        complete(style, self.write("normalize.css", "html {}"))
        self.assertEqual(script.read_text(), "(()=>{main()})();")
        self.assertEqual(style.read_text(), "@media (prefers-color-scheme: dark) {}")


class Classroom(unittest.TestCase):
    def test_a_line_of_a_solution_is_found_and_one_that_the_learner_has_is_not(self):
        with tempfile.TemporaryDirectory() as folder:
            root, edition = Path(folder), Path(folder) / "html"
            shared = "std::future<int> run_async_for_everybody(int);"
            secret = "return std::move(the_secret_of_the_solution);"
            for room, text in [("exercises", shared), ("solutions", f"{shared}\n  {secret}")]:
                (root / room / "01-a").mkdir(parents=True)
                (root / room / "01-a" / "a.hpp").write_text(text)
            edition.mkdir()
            (edition / "searchindex.js").write_text("")
            (edition / "index.html").write_text(f"<pre>{shared.replace('<', '&lt;')}</pre>")
            self.assertEqual(check_classroom.leaks(root, edition), [])
            (edition / "index.html").write_text(f"<pre>return <b>std</b>{secret[10:]}</pre>")
            self.assertEqual(
                check_classroom.leaks(root, edition),
                [f"index.html shows a line of solutions/01-a/a.hpp: {secret}"],
            )

    def test_of_an_answer_every_sentence_is_a_secret_and_the_words_to_choose_from_are_not(self):
        with tempfile.TemporaryDirectory() as folder:
            root, edition = Path(folder), Path(folder) / "html"
            choice = "Nobody says that the last value has come."
            fix = "Close the queue when the last supplier has answered."
            texts = {
                "exercises/bug-hunt/choices.toml": f'closed = "{choice}"',
                "exercises/bug-hunt/01-a/diagnosis.toml": 'fix = ""',
                "solutions/bug-hunt/01-a/diagnosis.toml": f'cause = "{choice}"\nfix = "{fix}"',
                "tests/bug-hunt/01-a/fakes/1.patch": "-a();\n+  wait_for(patience_that_hides_the_bug);",
                "html/searchindex.js": "",
                "html/index.html": f"<p>{choice}</p>",
            }
            for name, text in texts.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            self.assertEqual(check_classroom.leaks(root, edition), [])
            (edition / "index.html").write_text(
                f"<p>{fix}</p><pre>wait_for(patience_that_hides_the_bug);</pre>"
            )
            self.assertEqual(
                [leak.partition(":")[0] for leak in check_classroom.leaks(root, edition)],
                [
                    "index.html shows a line of solutions/bug-hunt/01-a/diagnosis.toml",
                    "index.html shows a line of tests/bug-hunt/01-a/fakes/1.patch",
                ],
            )


class Names(unittest.TestCase):
    def test_every_test_that_a_page_names_is_there(self):
        room = BOOK.parent / "tests"
        files = [*room.glob("*/*_test.cpp"), *room.glob("bug-hunt/*/*_test.cpp")]
        tests = "".join(file.read_text() for file in files)
        there = {f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_F)?\((\w+), (\w+)\)", tests, re.M)}
        suites = {name.split(".")[0] for name in there}
        for page in [*BOOK.glob("*.md"), *BOOK.glob("exercises/*.md"), *BOOK.glob("bug-hunt/*.md")]:
            for name in re.findall(r"`(\w+\.\w+)`", page.read_text()):
                if name.split(".")[0] in suites:
                    self.assertTrue(name in there, f"{page.name} names {name}, which is no test")
        self.assertTrue("FutureHidden.AThousandResolversMakeOneTransition" in there)


if __name__ == "__main__":
    unittest.main()
