"""The source behind a link is put together from the tested files."""

import sys
import tempfile
import unittest
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BOOK), str(BOOK / "_ext")]

import check_anchors  # noqa: E402
from explorer_source import assemble, leave_out  # noqa: E402

FILES = {
    "tests/support/contract.hpp": "#pragma once\n// Support.\nstruct Contract {};\n",
    "tests/support/spot.hpp": "#pragma once\n#include <atomic>\nvoid spot();\n",
    "tests/support/spot.cpp": '#include "support/spot.hpp"\nvoid spot() {}\n',
    "tests/02-b/visible_test.cpp": (
        '#include "02-b/b.hpp"\n#include "support/spot.hpp"\n#include <atomic>\n'
        "TEST(B, One) {\n  one();\n}\n\nTEST(B, Two) {\n  two();\n}\n"
    ),
    "exercises/01-a/a.hpp": "#pragma once\nint starter_of_a();\n",
    "solutions/01-a/a.hpp": "#pragma once\n/// Says a.\nint a();\n",
    "exercises/02-b/b.hpp": '#include "01-a/a.hpp"\nint starter_of_b();\n',
    "solutions/02-b/b.hpp": '#include "01-a/a.hpp"\n// [main]\n// Why.\nint b();\n// [/main]\n',
}
FACTS = {"id": "02", "title": "B", "files": ["b.hpp"]}


class Source(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)

    def assemble(self, room="solutions", earlier="solutions", without=()):
        return assemble(self.root, "02-b", FACTS, room, earlier, list(without))[0]

    def test_every_file_is_there_once_and_before_it_is_used(self):
        source = self.assemble()
        order = ["int a();", "int b();", "void spot();", "void spot() {}", "TEST(B, One)", "int main"]
        self.assertEqual(sorted(order, key=source.index), order)
        self.assertEqual(source.count("#include <atomic>"), 1)
        self.assertNotIn('#include "', source)
        self.assertNotIn("#pragma once", source)

    def test_comments_stay_in_the_exercise_only_and_markers_nowhere(self):
        source = self.assemble()
        self.assertIn("// Why.", source)
        self.assertNotIn("Says a.", source)
        self.assertNotIn("[main]", source)

    def test_a_starter_can_build_on_solutions_or_on_starters(self):
        self.assertIn("int starter_of_b();", self.assemble("exercises"))
        self.assertIn("int a();", self.assemble("exercises"))
        self.assertIn("int starter_of_a();", self.assemble("exercises", "exercises"))

    def test_the_heading_tells_where_the_exercise_starts(self):
        lines = self.assemble().splitlines()
        self.assertIn("b.hpp starts at line", lines[1])
        at = int(lines[1].split("line ")[1].split(",")[0])
        self.assertEqual(lines[at - 1], "// 02-b/b.hpp")

    def test_tests_can_be_left_out_by_name(self):
        source = self.assemble(without=["B.One"])
        self.assertNotIn("one();", source)
        self.assertIn("two();", source)

    def test_a_test_that_is_not_there_cannot_be_left_out(self):
        with self.assertRaisesRegex(ValueError, "B.Three"):
            leave_out("TEST(B, One) {\n}\n", ["B.Three"])


class Anchors(unittest.TestCase):
    def test_a_missing_heading_and_a_missing_page_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root, html = Path(folder), Path(folder) / "html"
            (root / "exercises/01-a").mkdir(parents=True)
            (root / "exercises/01-a/exercise.toml").write_text('read = "exercises/01-a"\n')
            (root / "tests/01-a").mkdir(parents=True)
            (root / "tests/01-a/visible_test.cpp").write_text(
                'contract("It is "\n    "there.",\n "there");\ncontract("Gone.", "gone");\n'
            )
            (html / "exercises").mkdir(parents=True)
            self.assertIn("no page", check_anchors.problems(root, html)[0])
            (html / "exercises/01-a.html").write_text('<span id="there"></span>')
            self.assertEqual(
                check_anchors.problems(root, html),
                ["01-a: visible_test.cpp: no heading #gone in 01-a.html"],
            )

    def test_a_bug_needs_its_page_and_its_heading(self):
        with tempfile.TemporaryDirectory() as folder:
            root, html = Path(folder), Path(folder) / "html"
            (root / "exercises/bug-hunt/01-a").mkdir(parents=True)
            (root / "exercises/bug-hunt/01-a/bug.toml").write_text('read = "bug-hunt/01-a#program"\n')
            (html / "bug-hunt").mkdir(parents=True)
            self.assertIn("no page bug-hunt/01-a.html", check_anchors.problems(root, html)[0])
            page = html / "bug-hunt/01-a.html"
            page.write_text('<span id="story"></span>')
            self.assertEqual(
                check_anchors.problems(root, html),
                ["bug-hunt/01-a: bug.toml: no heading #program in 01-a.html"],
            )
            page.write_text('<section id="program"></section>')
            self.assertEqual(check_anchors.problems(root, html), [])


if __name__ == "__main__":
    unittest.main()
