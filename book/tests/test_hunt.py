"""What the book shows of a bug is what its files say, and the classroom edition does not show the answer."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

BOOK = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BOOK), str(BOOK / "_ext")]

from docutils import nodes  # noqa: E402

import evidence_table  # noqa: E402
import hunt  # noqa: E402
from bug_answer import BugAnswer, numbers_of  # noqa: E402
from bug_choices import describe as describe_choices  # noqa: E402
from bug_facts import describe as describe_facts  # noqa: E402
from bug_mend import BugMend, mend  # noqa: E402
from bug_program import house_of  # noqa: E402
from exercise_facts import title_of_page  # noqa: E402
from hunt_link import bug_program, expectation  # noqa: E402
from hunt_source import HUNT, SMALLER, assemble_bug  # noqa: E402

BUG = 'id = "{id}"\ntitle = "{title}"\nfile = "a.hpp"\nread = "bug-hunt/{folder}#program"\n'
FILES = {
    "exercises/bug-hunt/01-a/bug.toml": BUG.format(id="01", title="A", folder="01-a"),
    "exercises/bug-hunt/01b-b/bug.toml": BUG.format(id="01b", title="B", folder="elsewhere"),
    "exercises/bug-hunt/lab-c/bug.toml": BUG.format(id="lab", title="C", folder="lab-c"),
    "exercises/bug-hunt/01-a/a.hpp": (
        '#pragma once\n#include <vector>\n#include "bug-hunt/house/room.hpp"\nint broken();  // 30 of them\n'
    ),
    "solutions/bug-hunt/01-a/a.hpp": '#pragma once\n#include "bug-hunt/house/room.hpp"\nint mended();  // 30 of them\n',
    "tests/bug-hunt/house/room.hpp": (
        '#pragma once\n#include <atomic>\n#include "support/promise_ledger.hpp"\n/// Has room.\nstruct Room {};\n'
    ),
    "tests/bug-hunt/01-a/scenario_test.cpp": (
        '#include <vector>\n#include "bug-hunt/01-a/a.hpp"\n#include "support/contract.hpp"\nTEST(A, B) {}\n'
    ),
    "tests/support/contract.hpp": "#pragma once\nstruct Contract {};\n",
    "tests/support/promise_ledger.hpp": "#pragma once\n#include <atomic>\n// In the books.\nstruct Ledger;\n",
    "tests/support/promise_ledger.cpp": '#include "support/promise_ledger.hpp"\nstruct Ledger {};\n',
}


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)


class Rooms(Folder):
    def test_variations_stand_behind_their_bug_and_the_lab_is_last(self):
        self.assertEqual(hunt.all_bugs(self.root), ["01-a", "01b-b", "lab-c"])

    def test_a_page_is_found_by_what_its_bug_calls_it_or_by_the_folder(self):
        self.assertEqual(hunt.bug_of_page("bug-hunt/elsewhere", self.root), "01b-b")
        self.assertEqual(hunt.bug_of_page("bug-hunt/01b-b", self.root), "01b-b")
        with self.assertRaises(KeyError):
            hunt.bug_of_page("bug-hunt/index", self.root)

    def test_titles_say_what_it_is(self):
        titles = [hunt.title_of(folder, self.root) for folder in hunt.all_bugs(self.root)]
        self.assertEqual(titles, ["Bug 01 · A", "Bug 01b · B", "Lab · C"])

    def test_a_page_is_titled_after_its_bug_and_a_chapter_after_its_exercise(self):
        self.assertEqual(title_of_page("bug-hunt/04-quotes"), "Bug 04 · The cheapest offer")
        self.assertTrue(title_of_page("exercises/04-once-promise").startswith("04 · "))


class Source(Folder):
    def assemble(self, name="exercises", smaller=None):
        with mock.patch.dict(SMALLER, {"01-a": smaller or {}}):
            return assemble_bug(self.root, "01-a", name)

    def test_headers_come_first_then_the_program_what_drives_it_and_what_looks_at_it(self):
        source = self.assemble()[0]
        order = ["struct Ledger;", "struct Room {};", "int broken();", "TEST(A, B)", "int main", "struct Ledger {};"]
        self.assertEqual(sorted(order, key=source.index), order)
        self.assertNotIn('#include "', source)

    def test_everything_of_the_system_is_included_once_and_at_the_top(self):
        lines = self.assemble()[0].splitlines()
        included = [at for at, line in enumerate(lines) if line.startswith("#include")]
        self.assertEqual(included, list(range(3, 3 + len(included))))
        self.assertEqual(len({lines[at] for at in included}), len(included))

    def test_the_heading_tells_where_program_and_scenario_start(self):
        lines = self.assemble("solutions")[0].splitlines()
        program, scenario = (int(part.split(",")[0].rstrip(".")) for part in lines[1].split("line ")[1:])
        self.assertEqual(lines[program - 1], "// 01-a/a.hpp")
        self.assertEqual(lines[scenario - 1], "// 01-a/scenario_test.cpp")
        self.assertIn("int mended();", "\n".join(lines))

    def test_the_house_keeps_its_comments_and_what_looks_does_not(self):
        source = self.assemble()[0]
        self.assertIn("/// Has room.", source)
        self.assertNotIn("In the books.", source)

    def test_a_scenario_is_made_smaller_or_the_page_is_not_built(self):
        self.assertIn("int broken();  // 7 of them", self.assemble(smaller={"30 of": "7 of"})[0])
        with self.assertRaisesRegex(ValueError, "40 of"):
            self.assemble(smaller={"40 of": "7 of"})

    def test_the_page_depends_on_all_that_the_link_is_made_of(self):
        files = self.assemble()[1]
        self.assertIn(self.root / "tests/bug-hunt/house/room.hpp", files)
        self.assertIn(HUNT / "main.cpp", files)


class Links(unittest.TestCase):
    def test_compiler_and_flags_fit_the_instrument(self):
        race = bug_program("03-statement", "exercises")[0]
        self.assertEqual((race.compiler, "-fsanitize=thread" in race.options), ("clang1910", True))
        hang = bug_program("04-quotes", "solutions")[0]
        self.assertEqual((hang.compiler, "-fsanitize" in hang.options), ("g122", False))

    def test_each_link_says_what_to_expect(self):
        self.assertEqual(expectation("04-quotes", "exercises"), "caught")
        self.assertEqual(expectation("10-auction", "exercises"), "refused")
        self.assertEqual(expectation("10-auction", "solutions"), "passes")


class Facts(unittest.TestCase):
    def test_files_are_named_in_full_and_so_are_the_commands(self):
        text = describe_facts("01-start-page")
        for piece in [
            "`exercises/bug-hunt/01-start-page/start_page.hpp`",
            "`exercises/bug-hunt/01-start-page/diagnosis.toml`",
            "$ ./build/promissory hunt 01\n",
            "$ ./build/promissory hunt 01 --with leak\n",
            "$ ./build/promissory hunt 01 --answer\n",
            "Ten points",
        ]:
            self.assertIn(piece, text)
        self.assertNotIn("--serve", text)

    def test_a_variation_says_of_what_and_the_lab_can_be_talked_to(self):
        self.assertIn("[bug 06, The price list](/bug-hunt/06-tariff.md)", describe_facts("06b-platform"))
        lab = describe_facts("lab-price-server")
        self.assertIn("$ ./build/promissory hunt lab --serve\n", lab)
        self.assertIn("counted for nothing", lab)

    def test_every_word_of_a_diagnosis_is_explained(self):
        text = describe_choices("01-start-page")
        for words in hunt.read_choices().values():
            for word, means in words.items():
                self.assertIn(f"- `{word}`: {means}", text)
        for part in ["line", "cause", "instrument", "failure", "theme", "fix"]:
            self.assertIn(f"\n`{part}`\n: ", text)

    def test_the_house_of_a_program_is_shown_with_it(self):
        names = [file.name for file in house_of(hunt.program_of("13-briefing"))]
        self.assertEqual(names, ["group.hpp", "outcome.hpp"])


class Answers(unittest.TestCase):
    def test_lines_are_found_and_one_that_is_not_there_is_a_mistake(self):
        self.assertEqual(numbers_of(["b();", " a();"], "  a();\n  b();\n"), [1, 2])
        with self.assertRaises(ValueError):
            numbers_of(["c();"], "a();\n")

    def test_every_answer_can_be_shown(self):
        for folder in hunt.all_bugs():
            answer = hunt.read_toml(hunt.room("solutions", folder) / "diagnosis.toml")
            accepted = hunt.read_toml(hunt.room("tests", folder) / "accepted.toml")
            shown = directive(BugAnswer, folder).show(answer, accepted, hunt.program_of(folder).read_text())
            self.assertEqual(len(shown), 6, folder)
            self.assertIn(answer["cause"], shown.astext())

    def test_a_mend_is_a_diff_and_changes_something(self):
        broken, mended = (hunt.program_of("06b-platform", name) for name in ("exercises", "solutions"))
        self.assertIn("\n-    changed_.notify_one();\n+    changed_.notify_all();\n", mend(broken, mended))
        with self.assertRaises(ValueError):
            mend(broken, broken)


def directive(kind, *arguments: str, edition: str = ""):
    """A directive in a page that needs no Sphinx."""
    env = SimpleNamespace(
        app=SimpleNamespace(tags=SimpleNamespace(has=lambda tag: tag == edition)),
        note_dependency=lambda _: None,
    )
    state = SimpleNamespace(
        document=SimpleNamespace(settings=SimpleNamespace(env=env)),
        inline_text=lambda text, _: ([nodes.Text(text)], []),
    )
    made = kind.__new__(kind)
    made.arguments, made.state, made.lineno = list(arguments), state, 1
    return made


ROWS = [
    {
        "id": "04",
        "instrument": "watchdog",
        "of": "abc",
        "runs": 50,
        "broken": {"tsan": {"seen": 0, "at_line": 0}, "watchdog": {"seen": 49, "at_line": 48}},
        "mended": {"plain": 50, "tsan": 47},
    }
]


class Evidence(unittest.TestCase):
    def draw(self) -> str:
        return evidence_table.draw(
            ROWS, ["tsan", "types", "watchdog"], lambda bug: (f"{bug}-quotes.html", "Offers & more")
        )

    def test_each_bug_has_a_row_and_each_instrument_a_column(self):
        table = self.draw()
        self.assertEqual(table.count("<tr>"), 2)
        self.assertIn('<th scope="col">types</th><th scope="col">watchdog</th>', table)
        self.assertIn('<th scope="row"><a href="04-quotes.html">04 · Offers &amp; more</a></th>', table)
        self.assertIn('id="evidence-says">In how many of 50 runs', table)

    def test_the_named_one_is_marked_and_nothing_is_faint(self):
        self.assertIn(
            '<td class="none">0</td><td class="none">–</td><td class="named"><strong>49</strong></td><td>47</td>',
            self.draw(),
        )

    def test_it_scrolls_in_a_box_that_the_keyboard_reaches(self):
        self.assertIn('<div role="region" tabindex="0" aria-labelledby="evidence-says">', self.draw())

    def test_without_a_measurement_a_sentence_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.object(evidence_table, "FILE", Path(folder) / "table.json"):
                (shown,) = directive(evidence_table.EvidenceTable).run()
                self.assertIn("make evidence", shown.astext())

    def test_what_was_measured_is_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "table.json"
            file.write_text(json.dumps(ROWS))
            made = directive(evidence_table.EvidenceTable)
            made.env.docname = "bug-hunt/instruments"
            made.env.app.builder = SimpleNamespace(get_relative_uri=lambda _, page: f"../{page}.html")
            with mock.patch.object(evidence_table, "FILE", file):
                self.assertIn('href="../bug-hunt/04-quotes.html"', made.run()[0].astext())


class Classroom(unittest.TestCase):
    def test_no_answer_no_mend_and_no_table_is_shown(self):
        shown = [
            *directive(BugAnswer, "04-quotes", edition="classroom").run(),
            *directive(BugMend, "04-quotes", edition="classroom").run(),
            *directive(evidence_table.EvidenceTable, edition="classroom").run(),
        ]
        self.assertEqual(shown, [])


if __name__ == "__main__":
    unittest.main()
