"""Opens a page with schedules in a real browser and uses it as a person would.

    schedule_page_browser.py PAGE THREADS ARROWS [PICTURES]

THREADS and ARROWS are the lanes and arrows of the first picture. With a folder PICTURES it leaves
screenshots there. Exit code 77: there is no browser.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from pathlib import Path

DEADLINE = 60  # seconds for one answer, on a machine that is busy with other things


class Browser:
    """Chromium, spoken to over its pipe: JSON messages, each ended by a NUL."""

    def __init__(self, program: str, profile: str):
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()

        def numbered() -> None:
            # The browser reads from 3 and writes to 4; neither may be overwritten while it is needed.
            keep_read, keep_write = os.dup(to_read), os.dup(back_write)
            os.dup2(keep_read, 3)
            os.dup2(keep_write, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--hide-scrollbars", f"--user-data-dir={profile}",
             "--remote-debugging-pipe", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=numbered, close_fds=False)
        os.close(to_read)
        os.close(back_write)
        self.buffer = b""
        self.count = 0
        self.events: list[dict] = []
        target = next(t for t in self.ask("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.ask(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]

    def read(self) -> dict:
        import select
        while b"\0" not in self.buffer:
            if not select.select([self.back], [], [], DEADLINE)[0]:
                raise SystemExit("the browser does not answer")
            chunk = os.read(self.back, 1 << 16)
            if not chunk:
                raise SystemExit("the browser has ended")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method: str, **params) -> dict:
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, url: str) -> None:
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(self.read())

    def value(self, expression: str):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def size(self, width: int, height: int) -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 600)

    def colours(self, scheme: str) -> None:
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        path.write_bytes(b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))


failures: list[str] = []


def expect(what: str, is_so: bool, seen: object = "") -> None:
    if not is_so:
        failures.append(f"{what}; seen: {seen}")


def listen(browser: Browser) -> None:
    for domain in ("Page", "Runtime", "Network", "Log"):
        browser.ask(f"{domain}.enable")


def expect_quiet(browser: Browser, url: str) -> None:
    """No error of the script, and nothing asked of the network."""
    browser.value("0")  # what has happened so far has been told by now
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            expect("no script error", False, params["exceptionDetails"])
        elif method == "Log.entryAdded":
            expect("no word in the log", params["entry"]["level"] != "error", params["entry"])
        elif method == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            expect("no request", asked == url or asked.startswith("data:"), asked)


def now(browser: Browser) -> str:
    """Where the highlighted step stands, by number; it must be one only."""
    return browser.value(
        "[...document.querySelectorAll('.schedule')[0].querySelectorAll('.picture .step.now')]"
        ".filter(s => s.getClientRects().length > 0).map(s => s.dataset.step).join()")


def try_page(browser: Browser, url: str, threads: int, arrows: int, pictures: Path | None) -> None:
    browser.size(1280, 900)
    browser.colours("light")
    browser.open(url)
    few = "document.querySelector('.few .lanes')"
    count = browser.value(f"{few}.querySelectorAll('.lane').length")
    expect("a lane for each thread", count == threads, count)
    count = browser.value(f"{few}.querySelectorAll('.arrow').length")
    expect("an arrow for each pair", count == arrows, count)
    visible = browser.value("getComputedStyle(document.querySelector('.every')).display")
    expect("all steps are not drawn at first", visible == "none", visible)

    numbers = browser.value(f"[...{few}.querySelectorAll('.step')].map(s => s.dataset.step)")
    expect("nothing is highlighted at first", now(browser) == "", now(browser))
    for key, wanted in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowRight", 2), ("ArrowUp", 1),
                        ("ArrowLeft", 0), ("ArrowUp", 0), ("End", -1), ("ArrowDown", -1),
                        ("Home", 0), ("End", -1)]:
        browser.press(key)
        expect(f"{key} goes to step {numbers[wanted]}", now(browser) == numbers[wanted], now(browser))
    aside = browser.value("document.querySelector('aside').innerText")
    expect("the source stands beside it", ".cpp:" in aside or ".hpp:" in aside, aside)
    focused = browser.value("document.activeElement.dataset.step")
    expect("the focus goes with it", focused == numbers[-1], focused)
    stands = browser.value(f"{few}.querySelectorAll('.step.stands').length")
    expect("the other lanes say where their threads stand", 0 < stands < threads, stands)
    cursor = browser.value(f"{few}.querySelector('.cursor').getBBox().width"
                           f" >= {few}.getBBox().width - 20")
    expect("the moment is marked over all lanes", cursor)
    if pictures:
        browser.press("Home")
        for _ in range(len(numbers) * 2 // 3):
            browser.press("ArrowDown")
        browser.picture(pictures / "light.png")
        browser.colours("dark")
        browser.picture(pictures / "dark.png")
        browser.colours("light")

    at = now(browser)
    browser.value("document.querySelector('.switch').click()")
    expect("the switch shows every step",
           browser.value("document.querySelector('.every').clientHeight > 0"
                         " && document.querySelector('.few').clientHeight === 0"))
    expect("and stays where it was", now(browser) == at, now(browser))
    hovered = browser.value(
        "(() => { const s = document.querySelector('.every .step');"
        " s.dispatchEvent(new MouseEvent('mouseenter')); return s.dataset.step; })()")
    expect("pointing at a step highlights it", now(browser) == hovered, now(browser))
    expect_quiet(browser, url)

    for width in (390, 1280):
        browser.size(width, 844)
        browser.open(url)
        wide = browser.value("[document.scrollingElement.scrollWidth, innerWidth]")
        expect(f"no horizontal scrolling at {width} px", wide[0] <= width and wide[1] <= width, wide)
        if pictures and width == 390:
            browser.press("End")
            browser.value("document.querySelector('.panes').scrollIntoView()")
            browser.picture(pictures / "phone.png")
        expect_quiet(browser, url)

    # Without JavaScript: everything that is said is there to read, and the switch is plain CSS.
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url)
    document = browser.ask("DOM.getDocument")["root"]["nodeId"]
    count = len(browser.ask("DOM.querySelectorAll", nodeId=document,
                            selector=".steps li .frame code")["nodeIds"])
    expect("the steps can be read without JavaScript", count > 0, count)
    aside = browser.ask("DOM.querySelector", nodeId=document, selector="aside[hidden]")["nodeId"]
    expect("what needs JavaScript is not there without it", aside != 0)
    if pictures:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
        browser.size(1000, 1400)
        browser.ask("Emulation.setEmulatedMedia", media="print", features=[])
        browser.open(url)
        browser.picture(pictures / "print.png")


def main() -> int:
    page, threads, arrows = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
    pictures = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("chromium is not installed")
        return 77
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            listen(browser)
            try_page(browser, page.as_uri(), threads, arrows, pictures)
        finally:
            browser.process.kill()
            browser.process.wait()
    for failure in failures:
        print(failure)
    return 1 if failures else 0


sys.exit(main())
