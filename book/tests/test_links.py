"""A broken link is caught, whatever is broken about it."""

import json
import random
import string
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BOOK), str(BOOK / "_ext")]

import check_links  # noqa: E402
import explorer_link  # noqa: E402
from explorer_link import BadLink, Program, decode, encode  # noqa: E402

OPTIONS = "-std=c++20 -O1 -pthread"
HEAD = "#include <gtest/gtest.h>\n#include <stdexcept>\n#include <thread>\n#include <vector>\n"
MAIN = "int main(int c, char** v) { testing::InitGoogleTest(&c, v); return RUN_ALL_TESTS(); }\n"
TODO = "inline void todo(const char* what) { throw std::logic_error(what); }\n"


def program(body: str, compiler: str = "g122", **more) -> Program:
    return Program(HEAD + TODO + body + MAIN, compiler, OPTIONS, **more)


def noise(length: int) -> str:
    """Text that does not compress well."""
    return "".join(random.Random(1).choices(string.printable[:94], k=length))


def short_link(state: dict) -> str:
    return explorer_link.PATH + explorer_link.encode_bytes(zlib.compress(json.dumps(state).encode()))


class Encoding(unittest.TestCase):
    def test_a_short_program_survives_the_path(self):
        link = encode(program("TEST(A, B) {}\n"))
        self.assertTrue(link.startswith(explorer_link.PATH))
        self.assertEqual(decode(link), program("TEST(A, B) {}\n"))

    def test_a_long_program_goes_into_the_fragment_and_survives(self):
        long = program(f"// {noise(20000)}\n// it's 100% \"quoted\"! a+b\n")
        link = encode(long)
        self.assertTrue(link.startswith(explorer_link.FRAGMENT))
        self.assertEqual(decode(link), long)

    def test_an_unknown_compiler_is_refused(self):
        with self.assertRaisesRegex(BadLink, "g999 is not one of the pinned compilers"):
            decode(encode(program("", compiler="g999")))

    def test_an_unknown_library_is_refused(self):
        with self.assertRaisesRegex(BadLink, "not among the pinned libraries"):
            decode(encode(program("", libraries=(("googletest", "110"),))))

    def test_a_link_that_is_too_long_for_the_path_is_refused(self):
        state = explorer_link.client_state(program(noise(40000)))
        with self.assertRaisesRegex(BadLink, "the server takes 8000"):
            decode(short_link(state))

    def test_a_state_without_compilers_is_refused(self):
        state = explorer_link.client_state(program(""))
        del state["sessions"][0]["compilers"]
        with self.assertRaisesRegex(BadLink, "lacks 'compilers'"):
            decode(short_link(state))

    def test_another_kind_of_link_is_refused(self):
        with self.assertRaises(BadLink):
            decode("https://godbolt.org/z/abc")


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kit = BOOK.parent / "build/book/links/kit"
        kit.mkdir(parents=True, exist_ok=True)
        # In the same file system as the kit, so that a part can be moved there in one step.
        cls.folder = tempfile.TemporaryDirectory(dir=kit.parent)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.bench = check_links.Bench(Path(cls.folder.name), kit)

    def check(self, body: str, expect: str, bug: str = "") -> None:
        self.bench.check(check_links.Link("page.html", expect, encode(program(body)), bug))

    def test_a_good_solution_is_well(self):
        self.check("TEST(A, B) { EXPECT_EQ(1, 1); }\n", "passes")

    def test_a_good_starter_is_well(self):
        self.check('TEST(A, B) { todo("Write it, "\n "all of it."); }\n', "fails")

    def test_a_source_that_does_not_compile_is_caught(self):
        with self.assertRaisesRegex(BadLink, "does not compile"):
            self.check("TEST(A, B) { nonsense; }\n", "passes")

    def test_a_solution_that_fails_is_caught(self):
        with self.assertRaisesRegex(BadLink, "should pass"):
            self.check("TEST(A, B) { EXPECT_EQ(1, 2); }\n", "passes")

    def test_a_starter_that_passes_is_caught(self):
        with self.assertRaisesRegex(BadLink, "A.B passes"):
            self.check('void f() { todo("Write it."); }\nTEST(A, B) {}\n', "fails")

    def test_a_starter_that_fails_for_another_reason_is_caught(self):
        with self.assertRaisesRegex(BadLink, "without saying what to write"):
            self.check('void f() { todo("Write it."); }\nTEST(A, B) { FAIL(); }\n', "fails")

    def test_too_many_threads_are_caught(self):
        body = (
            "TEST(A, Crowd) { std::vector<std::jthread> crowd;\n"
            "std::atomic<bool> go{false};\n"
            "for (int i = 0; i < 12; ++i) crowd.emplace_back([&] { go.wait(false); });\n"
            "go = true; go.notify_all(); }\n"
        )
        with self.assertRaisesRegex(BadLink, "A.Crowd runs 13 threads"):
            self.check("#include <atomic>\n" + body, "passes")

    def test_a_link_that_does_not_say_what_to_expect_is_caught(self):
        with self.assertRaisesRegex(BadLink, "data-expect"):
            self.check("TEST(A, C) {}\n", "")

    def test_a_bug_that_its_instrument_shows_is_well(self):
        self.check('TEST(A, B) { puts("[ WATCHDOG ] It hangs."); FAIL(); }\n', "caught", "04-quotes")

    def test_a_bug_that_nothing_shows_is_caught(self):
        with self.assertRaisesRegex(BadLink, "a run of it passes"):
            self.check('TEST(A, B) { puts("[ WATCHDOG ]"); }\n', "caught", "04-quotes")

    def test_a_bug_that_only_one_run_shows_is_caught(self):
        first = self.bench.work / "a run has been here"
        body = f'TEST(A, B) {{ puts("[ WATCHDOG ]"); EXPECT_EQ(fopen("{first}", "wx"), nullptr); }}\n'
        with self.assertRaisesRegex(BadLink, "a run of it passes"):
            self.check(body, "caught", "04-quotes")

    def test_a_bug_that_another_instrument_shows_is_caught(self):
        body = 'TEST(A, C) { puts("[ WATCHDOG ]"); FAIL(); }\n'
        with self.assertRaisesRegex(BadLink, "without its instrument's words"):
            self.check(body, "caught", "03-statement")

    def test_an_unkept_promise_is_not_what_the_waiter_count_shows(self):
        body = 'TEST(A, D) { puts("[ WATCHDOG ]\\nneither kept nor broken"); FAIL(); }\n'
        with self.assertRaisesRegex(BadLink, "without its instrument's words"):
            self.check(body, "caught", "02-invoice")

    def test_a_leak_is_no_assertion(self):
        body = 'TEST(A, E) { ADD_FAILURE() << "A thread outlived its test:"; }\n'
        self.check(body, "caught", "05-dispatch")
        with self.assertRaisesRegex(BadLink, "without its instrument's words"):
            self.check(body, "caught", "08-replicas")

    def test_a_bug_that_is_not_named_is_caught(self):
        with self.assertRaisesRegex(BadLink, "data-bug"):
            self.check("TEST(A, F) { FAIL(); }\n", "caught")

    def test_a_bug_that_its_static_assert_refuses_is_well(self):
        self.check('static_assert(sizeof(int) == 1, "an \\"int\\" is small");\n', "refused", "10-auction")

    def test_a_bug_that_should_be_refused_and_compiles_is_caught(self):
        with self.assertRaisesRegex(BadLink, "compiles, although"):
            self.check('static_assert(sizeof(int) != 1, "an int is large");\n', "refused", "10-auction")

    def test_a_bug_that_is_refused_for_something_else_is_caught(self):
        with self.assertRaisesRegex(BadLink, "something else"):
            self.check('static_assert(sizeof(int) == 1, "small");\nnonsense;\n', "refused", "10-auction")

    def test_a_bug_that_is_refused_without_a_sentence_is_caught(self):
        with self.assertRaisesRegex(BadLink, "something else"):
            self.check("static_assert(sizeof(int) == 1);\n", "refused", "10-auction")

    def test_a_page_says_which_bug_its_links_are_of(self):
        page = Path(self.folder.name) / "page.html"
        page.write_text('<a href="https://godbolt.org/#z:x" data-bug="04-quotes" data-expect="caught">it</a>')
        self.assertEqual(
            check_links.find_links(page.parent),
            [check_links.Link("page.html", "caught", "https://godbolt.org/#z:x", "04-quotes")],
        )


if __name__ == "__main__":
    unittest.main()
