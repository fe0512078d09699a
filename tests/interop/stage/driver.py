"""One client: a small program in its language that does what a line of JSON says, and answers with a line."""

import json
import os
import subprocess
from pathlib import Path

from lines import Lines


class Driver:
    def __init__(self, client: dict, cache: Path, log: Path) -> None:
        fill = lambda text: text.replace("{cache}", str(cache))
        environment = {name: fill(value) for name, value in client["environment"].items()}
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [fill(word) for word in client["command"]],
            # Some clients stamp requests with the local time of the host, which Alipay reads as Beijing time.
            env={**os.environ, "TZ": "Asia/Shanghai", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        self._lines = Lines(self._process.stdout)

    def do(self, **order: object) -> dict:
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._lines.next(60))
        except (BrokenPipeError, EOFError, TimeoutError) as error:
            # A late answer must not be taken for the next one.
            self._process.kill()
            raise AssertionError(f"the driver of the client failed: {error}; see {self._log.name}") from None

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()
