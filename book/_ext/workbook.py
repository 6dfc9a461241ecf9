"""The rooms of the workbook, as the book's directives see them."""

import tomllib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=None)
def read_exercise(slug: str, root: Path = ROOT) -> dict:
    """What exercise.toml says about the exercise in the folder `slug`; OSError if there is none."""
    with open(exercise_file(slug, root), "rb") as file:
        return tomllib.load(file)


def exercise_file(slug: str, root: Path = ROOT) -> Path:
    return root / "exercises" / slug / "exercise.toml"


def find_slug(exercise_id: str, root: Path = ROOT) -> str:
    """The folder of the exercise with this id, such as "02"; KeyError if there is none."""
    for file in sorted((root / "exercises").glob("*/exercise.toml")):
        if read_exercise(file.parent.name, root)["id"] == exercise_id:
            return file.parent.name
    raise KeyError(f"no exercise has the id {exercise_id}")


def is_classroom(env) -> bool:
    return env.app.tags.has("classroom")


def use(env, *paths: Path) -> None:
    """Makes the page that is being read depend on files outside the book."""
    for path in paths:
        env.note_dependency(str(path))
