"""Where notifications arrive. It keeps the raw bodies: whether they are believed is for the client to say."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Inbox:
    def __init__(self) -> None:
        self._arrived: list[tuple[str, str]] = []
        self._bell = threading.Condition()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with inbox._bell:
                    inbox._arrived.append((self.path, body.decode("ascii")))
                    inbox._bell.notify_all()
                self.send_response(200)
                self.send_header("content-length", "7")
                self.end_headers()
                self.wfile.write(b"success")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, address: str, expected: dict[str, str], charset: str) -> str:
        """The raw body of the notification to an address whose values contain the expected ones."""

        def fits(body: str) -> bool:
            fields = dict(parse_qsl(body, keep_blank_values=True, encoding=charset))
            return all(value in fields.get(name, "") for name, value in expected.items())

        def found() -> str | None:
            return next((body for path, body in self._arrived if self.url + path == address and fits(body)), None)

        with self._bell:
            body = self._bell.wait_for(found, timeout=10)
        assert body is not None, f"no notification with {expected} within 10 seconds"
        return body

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
