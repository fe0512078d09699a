"""The gateway under test: one `alipay sandbox` process."""

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from lines import Lines


class Sandbox:
    def __init__(self, alipay: str, log: Path, inbox: str, *arguments: str) -> None:
        # An address of its own: sandboxes count their vouchers alike, and sign their notifications differently.
        self.inbox = inbox
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [alipay, "sandbox", "--listen", "127.0.0.1:0", "--json", "--message-url", inbox, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        try:
            self.announced = json.loads(Lines(self._process.stdout).next(30))
        except (EOFError, TimeoutError, ValueError) as error:
            self.stop()
            raise AssertionError(f"the sandbox did not start: {error}\n{log.read_text()}") from None

    def control(self, what: str, body: dict | None = None) -> dict:
        """Does what a phone, a payer or time would do: `POST templates/1/pay`."""
        verb, path = what.split(" ")
        url = f"{self.announced['control'].rstrip('/')}/{path}"
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, sent, {"content-type": "application/json"}, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{what}: {error.code} {error.read().decode()}") from None

    def last_outcome(self) -> str:
        """What it made of the latest request: a status or a code. It logs a request before it answers."""
        return json.loads(Path(self._log.name).read_text().splitlines()[-1])["outcome"]

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._log.close()
