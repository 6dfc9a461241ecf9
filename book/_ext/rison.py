"""Rison, the notation of Compiler Explorer's long links, as far as they need it.

Numbers, strings, booleans, lists, and objects whose keys are plain names.
"""

import re

TOKEN = re.compile(r"!\(|!t|!f|-?\d+|\w+|'(?:[^'!]|!.)*'|[():,]", re.S)


def encode(value: dict) -> str:
    """An object without its outer brackets, which is how the links write it."""
    return write(value)[1:-1]


def write(value) -> str:
    if isinstance(value, bool):
        return "!t" if value else "!f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("!", "!!").replace("'", "!'") + "'"
    if isinstance(value, list):
        return "!(" + ",".join(map(write, value)) + ")"
    return "(" + ",".join(f"{key}:{write(item)}" for key, item in value.items()) + ")"


def decode(text: str) -> dict:
    """The object that `encode` wrote; ValueError if it did not."""
    tokens = TOKEN.findall(f"({text})")
    if "".join(tokens) != f"({text})":
        raise ValueError("not rison")
    return read(tokens[::-1])


def read(tokens: list[str]):
    """Takes one value off the end of the reversed tokens."""
    token = tokens.pop()
    if token in ("!t", "!f"):
        return token == "!t"
    if token.startswith("'"):
        return re.sub(r"!(.)", r"\1", token[1:-1], flags=re.S)
    if token == "!(":
        return read_items(tokens, read)
    if token == "(":
        return dict(read_items(tokens, read_pair))
    return int(token)


def read_pair(tokens: list[str]) -> tuple[str, object]:
    key = tokens.pop()
    if tokens.pop() != ":":
        raise ValueError(f"no colon after {key}")
    return key, read(tokens)


def read_items(tokens: list[str], read_item) -> list:
    items = []
    while tokens[-1] != ")":
        items.append(read_item(tokens))
        if tokens[-1] == ",":
            tokens.pop()
    tokens.pop()
    return items
