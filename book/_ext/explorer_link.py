"""Compiler Explorer links, made and read without asking Compiler Explorer.

A link carries a program, its compiler and its options. The short form holds a ClientState (JSON, zlib,
base64url) in the path; Compiler Explorer's server refuses long ones, so that a longer program goes into the
fragment, which holds the page's layout (rison, lz-string) and never reaches a server.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from urllib.parse import quote, unquote

import rison

PATH = "https://godbolt.org/clientstate/"
FRAGMENT = "https://godbolt.org/#z:"
LONGEST = 8000

# An unknown id silently becomes the default compiler or no library, so only these may be used.
COMPILERS = {"g122", "clang1910"}
LIBRARIES = {("googletest", "trunk")}


class BadLink(ValueError):
    """The link is not one that Compiler Explorer would open as it is meant."""


@dataclass(frozen=True)
class Program:
    source: str
    compiler: str
    options: str
    libraries: tuple[tuple[str, str], ...] = (("googletest", "trunk"),)


def encode(program: Program) -> str:
    """The link that opens `program`, in the short form if that is short enough."""
    short = PATH + encode_bytes(zlib.compress(to_json(client_state(program)), 9))
    if len(short) <= LONGEST:
        return short
    return FRAGMENT + "'" + quote(compress(rison.encode(layout(program))), safe="/=") + "'"


def decode(url: str) -> Program:
    """The program that `url` opens; BadLink if there is none, or not the way it is meant."""
    if url.startswith(PATH):
        if len(url) > LONGEST:
            raise BadLink(f"{len(url)} bytes, the server takes {LONGEST}")
        program = from_client_state(json.loads(zlib.decompress(decode_bytes(url[len(PATH) :]))))
    elif url.startswith(FRAGMENT):
        program = from_layout(rison.decode(decompress(unquote(url[len(FRAGMENT) :]).strip("'"))))
    else:
        raise BadLink("neither the short form nor the long one")
    if program.compiler not in COMPILERS:
        raise BadLink(f"{program.compiler} is not one of the pinned compilers {sorted(COMPILERS)}")
    if unknown := set(program.libraries) - LIBRARIES:
        raise BadLink(f"{sorted(unknown)} is not among the pinned libraries {sorted(LIBRARIES)}")
    return program


def client_state(program: Program) -> dict:
    compiler = {
        "id": program.compiler,
        "options": program.options,
        "libs": [{"name": name, "ver": version} for name, version in program.libraries],
    }
    executor = {
        "arguments": "",
        "argumentsVisible": False,
        "compiler": compiler,
        "compilerOutputVisible": True,
        "compilerVisible": False,
        "stdin": "",
        "stdinVisible": False,
        "wrap": True,
    }
    session = {
        "id": 1,
        "language": "c++",
        "source": program.source,
        "compilers": [],
        "executors": [executor],
    }
    return {"sessions": [session]}


def from_client_state(state: dict) -> Program:
    try:
        (session,) = state["sessions"]
        (executor,) = session["executors"]
        compiler = executor["compiler"]
        if session["compilers"] or session["language"] != "c++":
            raise BadLink("shows a compiler's output beside the program's")
        libraries = tuple((lib["name"], lib["ver"]) for lib in compiler["libs"])
        return Program(session["source"], compiler["id"], compiler["options"], libraries)
    except (KeyError, TypeError) as problem:
        raise BadLink(f"the state lacks {problem}") from problem


def layout(program: Program) -> dict:
    editor = {"id": 1, "source": program.source, "lang": "c++"}
    executor = {
        "compiler": program.compiler,
        "source": 1,
        "lang": "c++",
        "options": program.options,
        "libs": [{"name": name, "ver": version} for name, version in program.libraries],
        "execArgs": "",
        "execStdin": "",
        "compilationPanelShown": False,
        "compilerOutShown": True,
        "argsPanelShown": False,
        "stdinPanelShown": False,
        "wrap": True,
    }
    panes = [pane("codeEditor", editor), pane("executor", executor)]
    return {"version": 4, "content": [{"type": "row", "content": panes}]}


def pane(name: str, state: dict) -> dict:
    component = {"type": "component", "componentName": name, "componentState": state}
    return {"type": "stack", "width": 50, "content": [component]}


def from_layout(state: dict) -> Program:
    try:
        editor, executor = (
            stack["content"][0]["componentState"] for stack in state["content"][0]["content"]
        )
        libraries = tuple((lib["name"], lib["ver"]) for lib in executor["libs"])
        return Program(editor["source"], executor["compiler"], executor["options"], libraries)
    except (KeyError, TypeError) as problem:
        raise BadLink(f"the layout lacks {problem}") from problem


def to_json(state: dict) -> bytes:
    return json.dumps(state, separators=(",", ":"), sort_keys=True).encode()


def encode_bytes(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compress(text: str) -> str:
    return lz_string().compressToBase64(text)


def decompress(text: str) -> str:
    return lz_string().decompressFromBase64(text)


def lz_string():
    # Only long programs need it.
    try:
        from lzstring import LZString
    except ImportError as missing:
        raise OSError("a long link needs lz-string: apt-get install python3-lzstring") from missing
    return LZString()
