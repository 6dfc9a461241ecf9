#!/usr/bin/python3
"""A tracker that is switched off costs nothing: two objects from one text have the same functions, and
each of them the same instructions and the same calls, in the same order. Which stack slot or register
the compiler takes for what does not count.

    untracked_test.py without.o through.o watching.o

The third object, through a tracker that watches, has to differ, or the comparison sees nothing.
"""

import re
import subprocess
import sys

FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"^ +[0-9a-f]+:\t(?:(?:lock|rep) )?(\w+)")
RELOCATION = re.compile(r"^\t\t\t[0-9a-f]+: (R_\w+)\t(\S+)")


def functions(path: str) -> dict[str, list[str]]:
    listing = subprocess.run(
        ["objdump", "-dr", "--no-show-raw-insn", path], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, list[str]] = {}
    body: list[str] = []
    for line in listing.splitlines():
        if match := FUNCTION.match(line):
            body = found.setdefault(match.group(1), [])
        elif match := INSTRUCTION.match(line):
            body.append(match.group(1))
        elif match := RELOCATION.match(line):
            # A place in a section of constants or of another function moves with what is before it.
            if not match.group(2).startswith("."):
                body.append(match.group(2))
    return found


def main(without: str, through: str, watching: str) -> int:
    expected = functions(without)
    found = functions(through)
    different = {
        name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
    }
    for name in sorted(different):
        print(f"differs: {name}")
    if not expected:
        print("there are no functions to compare")
    if functions(watching) == expected:
        print("a tracker that watches makes the same code: this comparison sees nothing")
        return 1
    return 1 if different or not expected else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
