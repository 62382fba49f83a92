"""Serve predictions over HTTP with Python's standard library.

    python serve.py --port 8000
    curl -X POST localhost:8000/predict -d '{"inputs": [[...]]}'

The answer is `{"predictions": [{"class": ..., "probabilities": {...}}]}`, or `{"error": ...}` with
status 400 (input), 404 (path), 405 (method), 411 or 413 (length). It has no authentication: put it
behind a proxy if others can reach it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pyfrontiers.automl.service.exported.predict import Predictor

#: Longest body and most inputs of a request.
MOST_BYTES, MOST_INPUTS = 32 * 2**20, 1024
#: Digits of a length that are read; Python refuses to read more than 4,300.
_DIGITS = 20
#: Seconds after which a connection that sends nothing is closed.
PATIENCE = 30


class Handler(BaseHTTPRequestHandler):
    """Answers requests; the server has the `predictor`."""

    timeout = PATIENCE
    server: Any

    def do_GET(self) -> None:
        """Refuse: predictions are asked for by POST."""
        known = self.path == "/predict"
        self._answer(405 if known else 404, {"error": "send a POST request to /predict"})

    def do_POST(self) -> None:
        """Predict the inputs in the body."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/predict":
            self._answer(404, {"error": f"the path must be /predict, got {self.path}"})
        elif not length.isdecimal():
            self._answer(411, {"error": "the request must have a Content-Length"})
        elif len(length) > _DIGITS or int(length) > MOST_BYTES:
            self._answer(413, {"error": f"the body must have at most {MOST_BYTES:,} bytes"})
        else:
            self._predict(self.rfile.read(int(length)))

    def _predict(self, body: bytes) -> None:
        try:
            given = json.loads(body)
            if not isinstance(given, dict) or set(given) != {"inputs"}:
                raise ValueError('the body must be {"inputs": [...]}')
            inputs = given["inputs"]
            if isinstance(inputs, list) and len(inputs) > MOST_INPUTS:
                raise ValueError(f"inputs must be at most {MOST_INPUTS}, got {len(inputs)}")
            answer = {"predictions": self.server.predictor(inputs)}
        except (ValueError, RecursionError) as error:
            self._answer(400, {"error": str(error)})
        else:
            self._answer(200, answer)

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server(folder: Path, host: str = "127.0.0.1", port: int = 8000) -> ThreadingHTTPServer:
    """Return a server for an exported child; `serve_forever` runs it."""
    made = ThreadingHTTPServer((host, port), Handler)
    made.predictor = Predictor(folder)  # type: ignore[attr-defined]
    return made


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve predictions at /predict.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    try:
        made = server(Path(__file__).parent, given.host, given.port)
    except (OSError, OverflowError, ImportError) as error:
        sys.exit(f"serve.py: http://{given.host}:{given.port} cannot be served: {error}")
    with contextlib.suppress(KeyboardInterrupt), made:
        sys.stderr.write(f"http://{given.host}:{made.server_address[1]}/predict\n")
        made.serve_forever()


if __name__ == "__main__":
    main()
