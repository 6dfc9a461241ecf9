#!/usr/bin/python3
"""Draws the curves of the chapter on back-pressure from what its program measures.

    draw.py            measure and write ../_static/back-pressure.svg
    draw.py --check    measure and compare with what is there; exit 1 if it is another picture
"""

import csv
import io
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PICTURE = HERE.parent / "_static" / "back-pressure.svg"

WIDTH, HEIGHT = 640, 300
LEFT, TOP, RIGHT, BOTTOM = 46, 16, 176, 44
TITLE = (
    "Items in memory against items that the source had to send. Without a bound a straight line that "
    "rises to {grown} of {steps}; with a bound it is level at {level} from the {knee}th item on."
)


def measure() -> str:
    """The program's lines, as CSV; CalledProcessError if it does not compile or run."""
    program = ROOT / "build" / "book" / "back_pressure"
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"]
        + [f"-I{ROOT / room}" for room in ("solutions", "tests")]
        + [HERE / "back_pressure.cpp", "-o", program],
        check=True,
    )
    return subprocess.run([program], check=True, capture_output=True, text=True, timeout=120).stdout


def read(lines: str) -> list[list[int]]:
    """A row for each step: step, alive without and with a bound, age without and with one."""
    return [[int(field) for field in row] for row in list(csv.reader(io.StringIO(lines)))[1:]]


def draw(rows: list[list[int]]) -> str:
    steps = rows[-1][0]
    most = max(row[1] for row in rows)
    level = max(row[2] for row in rows)
    knee = next(row[0] for row in rows if row[2] == level)

    def x(step: float) -> float:
        return LEFT + step / steps * (WIDTH - LEFT - RIGHT)

    def y(alive: float) -> float:
        return HEIGHT - BOTTOM - alive / most * (HEIGHT - TOP - BOTTOM)

    def curve(column: int, style: str) -> str:
        points = " ".join(f"{x(row[0]):.1f},{y(row[column]):.1f}" for row in rows)
        return f'<polyline points="{points}" fill="none" stroke="currentColor" {style}/>'

    def text(at_x: float, at_y: float, says: str, anchor: str = "start") -> str:
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}" fill="currentColor">{says}</text>'

    title = TITLE.format(grown=most, steps=steps, level=level, knee=knee)
    parts = [
        f'<svg role="img" aria-labelledby="back-pressure-title" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width: {WIDTH}px; width: 100%" '
        'font-family="sans-serif" font-size="12">',
        f'<title id="back-pressure-title">{title}</title>',
        f'<path d="M{LEFT},{TOP} V{HEIGHT - BOTTOM} H{WIDTH - RIGHT}" fill="none" stroke="currentColor"/>',
    ]
    for step in range(0, steps + 1, 100):
        parts.append(text(x(step), HEIGHT - BOTTOM + 16, str(step), "middle"))
    for alive in range(0, most + 1, 100):
        parts.append(text(LEFT - 6, y(alive) + 4, str(alive), "end"))
        parts.append(
            f'<path d="M{LEFT},{y(alive):.1f} H{WIDTH - RIGHT}" stroke="currentColor" opacity="0.15"/>'
        )
    parts += [
        curve(1, 'stroke-width="2" stroke-dasharray="6 3"'),
        curve(2, 'stroke-width="2.5"'),
        text(x(steps) + 8, y(rows[-1][1]) + 4, f"no bound: {rows[-1][1]} alive,"),
        text(x(steps) + 8, y(rows[-1][1]) + 20, f"last out {rows[-1][3]} steps old"),
        text(x(steps) + 8, y(level) - 12, f"room for 4: {level} alive,"),
        text(x(steps) + 8, y(level) + 4, f"last out {rows[-1][4]} steps old"),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "items that the source had to send", "middle"),
        text(LEFT + 8, TOP + 18, "items in memory"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    picture = draw(read(measure()))
    if arguments == ["--check"]:
        if not PICTURE.exists() or PICTURE.read_text() != picture:
            print(f"{PICTURE.relative_to(ROOT)} is not what is measured now: say `make pictures`")
            return 1
        return 0
    PICTURE.write_text(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
