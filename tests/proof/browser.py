"""A headless Chromium, driven over its DevTools protocol through two pipes."""

import fcntl
import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests import needs

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run "
    "--hide-scrollbars --remote-debugging-pipe"
).split()


class Page:
    def __init__(self, reading: int, writing: int) -> None:
        self._responses = os.fdopen(reading, "rb")
        self._commands = os.fdopen(writing, "wb")
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self.console: list[str] = []  # messages of scripts and of the page's policy
        self._loaded: set[str] = set()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while True:
            response = self._read()
            if response.get("id") == number:
                if "error" in response:
                    raise RuntimeError(f"{method}: {response['error']}")
                return response["result"]

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (sign := self._responses.read(1)) != b"\0":
            if not sign:
                raise RuntimeError("Chromium has ended")
            text += sign
        message: dict[str, Any] = json.loads(text)
        match message:
            case {
                "method": "Runtime.consoleAPICalled"
                | "Log.entryAdded"
                | "Page.javascriptDialogOpening"
            }:
                self.console.append(json.dumps(message["params"]))
            case {"method": "Page.lifecycleEvent", "params": {"name": "load", "loaderId": loader}}:
                self._loaded.add(loader)
        return message

    def open(self, path: Path, width: int, height: int, *, phone: bool = False) -> None:
        """Load a file at this size and wait until it is loaded."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        loader = self.call("Page.navigate", url=path.as_uri())["loaderId"]
        while loader not in self._loaded:
            self._read()

    def run(self, expression: str) -> Any:
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def press(self, *keys: str) -> None:
        for key in keys:
            code = {"Tab": 9, "Escape": 27, "ArrowDown": 40}.get(key, 0)
            about = {"key": key, "windowsVirtualKeyCode": code}
            text = key if len(key) == 1 else ""
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
            self.call("Input.dispatchKeyEvent", type="keyUp", **about)
        self.run("new Promise((done) => setTimeout(done))")  # the handlers of the key have run

    def dark(self, on: bool) -> None:
        feature = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.call("Emulation.setEmulatedMedia", features=[feature])


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    program = needs.program("chromium", "chromium", "chromium-browser", "google-chrome")
    commands_read, commands_write = _pipe()
    responses_read, responses_write = _pipe()

    def connect() -> None:
        os.dup2(commands_read, 3)  # Chromium reads commands at 3 and responds at 4
        os.dup2(responses_write, 4)

    process = subprocess.Popen(
        [program, *_QUIET, f"--user-data-dir={profile}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=False,
        preexec_fn=connect,  # noqa: PLW1509 - no thread is running yet
    )
    os.close(commands_read)
    os.close(responses_write)
    page = None
    try:
        page = Page(responses_read, commands_write)
        yield page
    finally:
        process.terminate()
        process.wait(60)
        if page is not None:
            with suppress(OSError):
                page._responses.close()
                page._commands.close()


def _pipe() -> tuple[int, int]:
    """Make a pipe whose ends are above 4 and not inherited by accident."""
    ends = []
    for end in os.pipe():
        ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(end)
    return ends[0], ends[1]
