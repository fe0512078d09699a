"""Another program's output, line by line, with a limit on how long one waits for a line."""

import queue
import threading
from typing import IO


class Lines:
    def __init__(self, stream: IO[str]) -> None:
        self._queue: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._queue.put(line)
        self._queue.put(None)

    def next(self, seconds: float) -> str:
        try:
            line = self._queue.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None
        if line is None:
            raise EOFError("the program ended")
        return line
