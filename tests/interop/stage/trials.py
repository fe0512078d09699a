"""The capabilities, one trial each. A trial that does not hold raises AssertionError."""

import base64
import json
import secrets
from pathlib import Path
from urllib.parse import parse_qs

from driver import Driver
from inbox import Inbox
from keys import KeyPair
from life import Life
from sandbox import Sandbox

SCENARIOS = Path(__file__).parent.parent / "scenarios"
CASH = json.loads((SCENARIOS / "cash.json").read_text(encoding="utf-8"))
ACTIVITY = json.loads((SCENARIOS / "activity.json").read_text(encoding="utf-8"))

SIGNED = ("--sign-type", "RSA2")
CERTIFIED = ("--trust", "certificates")


def new_content_key() -> str:
    return base64.b64encode(secrets.token_bytes(16)).decode()


class Stage:
    """What all clients share: keys, the inbox, and a sandbox for each way to run it."""

    def __init__(self, alipay: str, folder: Path) -> None:
        self.app = KeyPair(folder, "app")
        self.alipay = KeyPair(folder, "alipay")
        self.stranger = KeyPair(folder, "stranger")
        self.content_key = new_content_key()
        self.content_key_file = folder / "content.key"
        self.content_key_file.write_text(self.content_key)
        self.inbox = Inbox()
        self._command, self._folder = alipay, folder
        self._sandboxes: dict[tuple[str, ...], Sandbox] = {}

    def sandbox(self, *arguments: str) -> Sandbox:
        if arguments not in self._sandboxes:
            log = self._folder / f"sandbox-{len(self._sandboxes)}.log"
            keys = ["--app-public-key", str(self.app.public_file)]
            keys += ["--alipay-private-key", str(self.alipay.private_file)]
            inbox = f"{self.inbox.url}/{len(self._sandboxes)}"
            self._sandboxes[arguments] = Sandbox(self._command, log, inbox, *keys, *arguments)
        return self._sandboxes[arguments]

    def stop(self) -> None:
        for sandbox in self._sandboxes.values():
            sandbox.stop()
        self.inbox.stop()


class Trials:
    """The trials of one client, by the name of the capability."""

    def __init__(self, stage: Stage, driver: Driver, client: dict) -> None:
        self._stage, self._driver, self._client = stage, driver, client
        cannot = client["cannot"]
        self._protocols = [scenario for name, scenario in (("v2", CASH), ("v3", ACTIVITY)) if name not in cannot]
        self._notifications: list[str] = []

    def trials(self) -> dict:
        return {
            "v2": lambda: self._life(CASH),
            "v2 RSA": lambda: self._life(CASH, sign_type="RSA"),
            "v2 GBK": lambda: self._life(CASH, charset="GBK"),
            "v2 cert": lambda: self._certified(CASH),
            "v2 AES": lambda: self._encrypted(CASH),
            "v3": lambda: self._life(ACTIVITY),
            "v3 cert": lambda: self._certified(ACTIVITY),
            "v3 AES": lambda: self._encrypted(ACTIVITY),
            "rotation": self._rotation,
            "notify": self._notification,
            "wrong key": self._wrong_key,
        }

    def _configured(
        self, *, sign_type: str = "RSA2", charset: str = "UTF-8", run: tuple[str, ...] = (), **other: object
    ) -> Life:
        sandbox = self._stage.sandbox("--sign-type", sign_type, *run)
        settings = {
            "gateway": sandbox.announced["gateway"],
            "endpoint": sandbox.announced["endpoint"],
            "app_id": sandbox.announced["app_id"],
            "app_private_key": self._stage.app.pkcs8,
            "app_private_key_pkcs1": self._stage.app.pkcs1,
            "alipay_public_key": self._stage.alipay.public,
            "sign_type": sign_type,
            "charset": charset,
            **other,
        }
        reply = self._driver.do(do="configure", **settings)
        assert reply.get("ok"), f"the client cannot be configured: {reply}"
        return Life(self._driver, sandbox, self._stage.inbox, charset)

    def _life(self, scenario: list[dict], **settings: object) -> Life:
        life = self._configured(**settings)
        life.live(scenario)
        for body in life.notifications:
            self._believed(body, True)
        if not settings:
            self._notifications += life.notifications
        return life

    def _certified(self, scenario: list[dict]) -> Life:
        certificates = self._stage.sandbox(*SIGNED, *CERTIFIED).control("GET certificates")
        return self._life(scenario, run=CERTIFIED, certificates=certificates)

    def _rotation(self) -> None:
        """Alipay takes a new certificate. Who fetches certificates goes on; who does not must refuse the answer."""
        life = self._certified(self._protocols[0])
        self._stage.sandbox(*SIGNED, *CERTIFIED).control("POST certificate/rotate", {})
        reply = life.reply(self._protocols[0][-1])
        expected = "answer" if self._client.get("fetches_certificates") else "unbelieved"
        assert expected in reply, f"an answer under a new certificate: {reply}"

    def _encrypted(self, scenario: list[dict]) -> None:
        run = ("--content-key-file", str(self._stage.content_key_file))
        self._life(scenario, run=run, content_key=self._stage.content_key)
        # The gateway takes plain calls, too. What it cannot decrypt shows that the client encrypts.
        forged = self._configured(run=run, content_key=new_content_key()).reply(scenario[0])
        outcome = self._stage.sandbox(*SIGNED, *run).last_outcome()
        assert "decrypt" in outcome, f"a call encrypted with another key: {outcome}, {forged}"

    def _notification(self) -> None:
        """The client believes a notification of a life, but not a forged one, nor one under another key."""
        assert self._notifications, "no life brought a notification"
        body = self._notifications[0]
        self._configured()
        self._believed(body, True)
        notify_id = parse_qs(body)["notify_id"][0]
        self._believed(body.replace(notify_id, notify_id[::-1]), False)
        self._configured(alipay_public_key=self._stage.stranger.public)
        self._believed(body, False)

    def _believed(self, body: str, expected: bool) -> None:
        reply = self._driver.do(do="notification", body=body)
        assert reply.get("believed") is expected, f"notification: {reply}, expected believed={expected}: {body}"

    def _wrong_key(self) -> None:
        """The client refuses answers signed with another key, and the gateway refuses such requests."""
        stranger = self._stage.stranger
        for scenario in self._protocols:
            first = scenario[0]
            reply = self._configured(alipay_public_key=stranger.public).reply(first)
            assert "unbelieved" in reply, f"an answer signed with another key was believed: {reply}"
            forger = self._configured(app_private_key=stranger.pkcs8, app_private_key_pkcs1=stranger.pkcs1)
            reply = forger.reply(first)
            outcome = self._stage.sandbox(*SIGNED).last_outcome()
            assert "invalid-signature" in outcome, f"a request signed with another key: {outcome}, {reply}"
            assert first["keep"][0] not in reply.get("answer", {}), f"a refused request succeeded: {reply}"
