"""A life: the steps of a scenario, done by a client against a sandbox. Every answer must be believed by the client."""

import json
import re
import uuid
from datetime import datetime, timedelta, timezone

from driver import Driver
from inbox import Inbox
from sandbox import Sandbox

BEIJING = timezone(timedelta(hours=8))


def filled(value: object, names: dict[str, str]) -> object:
    """The same value with `{name}` replaced where the name is known."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {key: filled(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(member, names) for member in value]
    return value


class Life:
    def __init__(self, driver: Driver, sandbox: Sandbox, inbox: Inbox, charset: str) -> None:
        self._driver, self._sandbox, self._inbox, self._charset = driver, sandbox, inbox, charset
        now = datetime.now(BEIJING)
        text = lambda time: time.strftime("%Y-%m-%d %H:%M:%S")
        self._names = {
            "now": text(now),
            "in_30_days": text(now + timedelta(days=30)),
            "unique": uuid.uuid4().hex[:12],
            "inbox": sandbox.inbox,
        }
        self.notifications: list[str] = []

    def live(self, scenario: list[dict]) -> None:
        for step in scenario:
            try:
                self._step(filled(step, self._names))
            except AssertionError as error:
                raise AssertionError(f"{step['title']}: {error}") from None

    def _step(self, step: dict) -> None:
        if "control" in step:
            self._sandbox.control(step["control"], step["with"])
        elif "notified" in step:
            self.notifications.append(self._inbox.wait_for(self._names["inbox"], step["notified"], self._charset))
        else:
            answer = self.call(step)
            for name, expected in step.get("answers", {}).items():
                assert answer.get(name) == expected, f"{name} is {answer.get(name)!r}, not {expected!r}: {answer}"
            for name in step.get("keep", []):
                assert answer.get(name), f"no {name} in {answer}"
                self._names[name] = answer[name]

    def reply(self, step: dict) -> dict:
        """What the client made of a call: a believed `answer`, or why it is `unbelieved`."""
        step = filled(step, self._names)
        if "v2" in step:
            return self._driver.do(do="v2", method=step["v2"], fields=step["with"])
        verb, path = step["v3"].split(" ")
        return self._driver.do(do="v3", verb=verb, path=path, fields=step["with"])

    def call(self, step: dict) -> dict:
        reply = self.reply(step)
        assert "answer" in reply, f"the client does not believe the answer: {json.dumps(reply, ensure_ascii=False)}"
        return reply["answer"]
