"""An S3-compatible server on this machine, and what was asked of it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from voxcx.storage.paths import to_path

_LINE = re.compile(r"(GET|HEAD|PUT|POST|DELETE) (\S+) HTTP")


@dataclass
class S3:
    """``bucket`` is its only one. ``asked``: method and path of every request, in order."""

    bucket: Path
    environment: dict[str, str]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def fetched(self, *suffixes: str) -> list[str]:
        """Objects that were read, by the ends of their names."""
        read = (path.partition("?")[0] for method, path in self.asked if method == "GET")
        return [path for path in read if path.endswith(suffixes)]


class _Listener(logging.Handler):
    def __init__(self, asked: list[tuple[str, str]]) -> None:
        super().__init__()
        self._asked = asked

    def emit(self, record: logging.LogRecord) -> None:
        if match := _LINE.search(record.getMessage()):
            self._asked.append((match[1], match[2]))


@contextmanager
def s3_server() -> Iterator[S3]:
    """Runs until it is left; the environment of this process and of those that it starts leads to it."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - heavy, and few tests want it

    log = logging.getLogger("werkzeug")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
    }
    asked: list[tuple[str, str]] = []
    listener, before = _Listener(asked), (log.level, log.propagate)
    log.addHandler(listener)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        with patch.dict(os.environ, environment):
            bucket = to_path("s3://archive")
            bucket.fs.mkdir("archive")  # type: ignore[attr-defined]
            asked.clear()
            yield S3(bucket, environment, asked)
            bucket.fs.clear_instance_cache()  # type: ignore[attr-defined] # the next server has another address
    finally:
        log.removeHandler(listener)
        log.level, log.propagate = before
        server.stop()
        server._server.server_close()  # type: ignore[union-attr]
