#!/usr/bin/python3
"""Opens every Compiler Explorer link of the built book as Compiler Explorer would, but here.

Each link is decoded and its program compiled with its own options and run; g++ stands in for both
pinned compilers. `data-expect` says what has to come of it:

- `fails`, a starter: it compiles, and each of its tests fails with a sentence of the starter.
- `passes`, a solution or a mend: all its tests pass, with no more threads than the sandbox allows.
- `caught`, the bug that `data-bug` names: it compiles, and every run fails with the words of the instrument
  that its diagnosis names.
- `refused`, a bug that the type system shows: it does not compile, for a static_assert and nothing else.

    check_links.py build/book/html --work build/book/links
"""

import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from explorer_link import BadLink, Program, decode  # noqa: E402
from hunt import named_instruments  # noqa: E402

MOST_THREADS = 10
SECONDS = 60
GTEST = Path("/usr/src/googletest/googletest")
SENTENCE = re.compile(r'todo\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')
STATIC_ASSERT = re.compile(r'static_assert\([^"]*"((?:[^"\\]|\\.)*)"\)')
RUNS = 3

# What each instrument says of a bug in Compiler Explorer, where there is no schedule explorer. A leak is
# told as a failure, too.
CLUES = {
    "tsan": r"WARNING: ThreadSanitizer: data race",
    "asan": r"ERROR: (Address|Leak)Sanitizer|runtime error:",
    "threads": r"outlived (its|their) test",
    "promises": r"was neither kept nor broken",
    "waiters": r"\[ WATCHDOG \](?s:.*)No promise is left unkept",
    "watchdog": r"\[ WATCHDOG \]",
    "assertion": r": Failure\n(?!Failed\n(A thread|\d+ threads|Promises) )",
    "terminate": r"\[ TERMINATE \]",
}


@dataclass(frozen=True)
class Link:
    page: str
    expect: str
    url: str
    bug: str = ""


class Links(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.page = page
        self.links: list[Link] = []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "a" and (found.get("href") or "").startswith("https://godbolt.org/"):
            expect, bug = found.get("data-expect", ""), found.get("data-bug", "")
            self.links.append(Link(self.page, expect, found["href"], bug))


def find_links(html: Path) -> list[Link]:
    links = []
    for page in sorted(html.rglob("*.html")):
        parser = Links(str(page.relative_to(html)))
        parser.feed(page.read_text())
        links += parser.links
    return links


class Bench:
    """Compiles and runs programs in the folder `work`, and remembers which ones were well.

    What every program links is compiled into `kit` once; several benches may share it.
    """

    def __init__(self, work: Path, kit: Path, cxx: str = "g++", gtest: Path = GTEST):
        self.work = work
        self.kit = kit
        self.cxx = cxx
        self.gtest = gtest
        work.mkdir(parents=True, exist_ok=True)
        kit.mkdir(parents=True, exist_ok=True)
        self.parts = [
            self.part("gtest", gtest / "src/gtest-all.cc", f"-I{gtest}"),
            self.part("gauge", Path(__file__).parent / "thread_gauge.cpp"),
        ]

    def part(self, name: str, source: Path, *options: str) -> Path:
        target = self.kit / f"{name}.o"
        if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
            fresh = self.work / f"{name}.o"
            self.compile([f"-I{self.gtest}/include", *options, "-std=c++20", "-O1"], source, fresh)
            fresh.replace(target)
        return target

    def compile(self, options: list[str], source: Path, target: Path) -> None:
        action = ["-c"] if target.suffix == ".o" else []
        code, output = self.call([*options, *action, str(source), "-o", str(target)])
        if code:
            raise BadLink(f"does not compile:\n{output[:2000]}")
        if output:
            raise BadLink(f"compiles with a warning:\n{output[:2000]}")

    def call(self, arguments: list[str]) -> tuple[int, str]:
        done = subprocess.run([self.cxx, *arguments], capture_output=True, text=True)
        return done.returncode, done.stderr

    def check(self, link: Link) -> None:
        """BadLink says what is wrong with the link."""
        program = decode(link.url)
        clue = clue_of(link.bug) if link.expect == "caught" else ""
        facts = [program.source, program.options, link.expect, clue]
        key = sha256(json.dumps(facts).encode()).hexdigest()
        remembered = self.work / f"{key[:16]}.well"
        if not remembered.exists():
            self.run(program, link.expect, clue, self.work / key[:16])
            remembered.touch()

    def run(self, program: Program, expect: str, clue: str, stem: Path) -> None:
        source = stem.with_suffix(".cpp")
        source.write_text(program.source)
        options = [f"-I{self.gtest}/include", *program.options.split()]
        if expect == "refused":
            return self.refused([*options, "-fsyntax-only", str(source)], program.source)
        binary = stem.with_suffix(".bin")
        parts = [str(part) for part in self.parts]
        if "-fsanitize=thread" in program.options:
            parts.pop()
        self.compile([*options, *parts, "-x", "c++"], source, binary)
        if expect == "passes":
            self.passes(binary)
        elif expect == "fails":
            self.fails(binary, sentences(program.source))
        elif expect == "caught":
            self.caught(binary, clue)
        else:
            raise BadLink("does not say in data-expect whether its tests pass or fail")

    def passes(self, binary: Path) -> None:
        code, output = start(binary)
        if code:
            raise BadLink(f"should pass and exits with {code}:\n{output[-3000:]}")
        for test, threads in re.findall(r"^threads (\S+) (\d+)$", output, re.M):
            if int(threads) > MOST_THREADS:
                raise BadLink(f"{test} runs {threads} threads, the sandbox takes {MOST_THREADS}: leave it out")

    def fails(self, binary: Path, expected: list[str]) -> None:
        if not expected:
            raise BadLink("is a starter that says nowhere what to write")
        for test in tests_of(binary):
            code, output = start(binary, f"--gtest_filter={test}")
            if code == 0:
                raise BadLink(f"{test} passes, although nothing is written yet")
            if not any(sentence in output for sentence in expected):
                raise BadLink(f"{test} fails without saying what to write:\n{output[-2000:]}")

    def caught(self, binary: Path, clue: str) -> None:
        # All at once: most of the time a program that hangs only waits.
        with ThreadPoolExecutor(RUNS) as pool:
            for code, output in pool.map(start, [binary] * RUNS):
                if code == 0:
                    raise BadLink(f"is broken, and a run of it passes:\n{output[-2000:]}")
                if not re.search(clue, output):
                    raise BadLink(f"fails without its instrument's words, {clue}:\n{output[-3000:]}")

    def refused(self, arguments: list[str], source: str) -> None:
        code, output = self.call(arguments)
        errors = re.findall(r"^.*\berror: .*", output, re.M)
        says = [sentence.replace('\\"', '"') for sentence in STATIC_ASSERT.findall(source)]
        if code == 0:
            raise BadLink("compiles, although it should be refused")
        for error in errors:
            told = [sentence for sentence in says if error.endswith(f": {sentence}")]
            if "static assertion failed" not in error or not told:
                raise BadLink(f"is refused for something else than a static_assert with a sentence:\n{error}")
        if not errors:
            raise BadLink(f"does not compile, and not for an error:\n{output[:2000]}")


def clue_of(bug: str) -> str:
    """What the truest instrument that can be had in Compiler Explorer says of this bug."""
    if not bug:
        raise BadLink("is to be caught, and does not say in data-bug which bug it is")
    clues = [CLUES[name] for name in named_instruments(bug) if name in CLUES]
    if not clues:
        raise BadLink(f"is to be caught, and no instrument that {bug} names works in Compiler Explorer")
    return clues[0]


def start(binary: Path, *arguments: str) -> tuple[int, str]:
    try:
        done = subprocess.run(
            [binary, *arguments], capture_output=True, text=True, errors="replace", timeout=SECONDS
        )
    except subprocess.TimeoutExpired as late:
        raise BadLink(f"still runs after {SECONDS} seconds") from late
    return done.returncode, done.stdout + done.stderr


def tests_of(binary: Path) -> list[str]:
    names, suite = [], ""
    for line in start(binary, "--gtest_list_tests")[1].splitlines():
        if line.startswith("  "):
            names.append(suite + line.split()[0])
        elif line.rstrip().endswith("."):
            suite = line.strip()
    return names


def sentences(source: str) -> list[str]:
    """What the calls of todo() in a source say."""
    pieces = (re.findall(r'"((?:[^"\\]|\\.)*)"', found) for found in SENTENCE.findall(source))
    return ["".join(piece).replace('\\"', '"') for piece in pieces]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("html", type=Path, help="the built book")
    options.add_argument("--work", type=Path, required=True, help="where to compile")
    options.add_argument("--cxx", default="g++")
    options.add_argument("--gtest", type=Path, default=GTEST, help="GoogleTest's sources")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--least", type=int, default=1, help="how many links there must be")
    given = options.parse_args()

    links = find_links(given.html)
    bench = Bench(given.work, given.work / "kit", given.cxx, given.gtest)

    def verdict(link: Link) -> str:
        try:
            bench.check(link)
        except Exception as problem:  # noqa: BLE001 - whatever a broken link does is its fault
            return f"{link.page}: {link.url[:60]}...: {problem}"
        return ""

    with ThreadPoolExecutor(given.jobs) as pool:
        problems = [problem for problem in pool.map(verdict, links) if problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    longest = max((len(link.url) for link in links), default=0)
    print(f"{len(links)} links, {len(problems)} broken, the longest has {longest} bytes")
    if len(links) < given.least:
        print(f"there should be at least {given.least} links", file=sys.stderr)
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
