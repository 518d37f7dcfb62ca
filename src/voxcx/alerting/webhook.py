"""Sending alerts: POST of JSON, signed, retried, never redirected. The one place that speaks HTTP.

The signature is ``HMAC-SHA256(secret, timestamp + "." + body)`` in hex. The timestamp is in a header of its own, so
that a receiver refuses what is old; the alert's id is the idempotency key, so that it can drop what it has already.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from voxcx.errors import ConfigError
from voxcx.insight.alerts.rules import WebhookSettings

SIGNATURE, TIMESTAMP, KEY = "X-Voxcx-Signature", "X-Voxcx-Timestamp", "Idempotency-Key"
AGAIN = frozenset({408, 425, 429})  # and everything from 500
LONGEST_PAUSE_S = 60.0
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Sent:
    """How an alert fared. ``reachable``: whether anybody answered, so that the next one is worth trying."""

    delivered: bool
    reachable: bool
    told: str
    attempts: int


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body sent at a time.

    >>> sign("0123456789abcdef", "1767225600", b"{}")[:16]
    'sha256=99902517b'
    """
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Webhook:
    """An address that takes alerts.

    Raises:
        ConfigError: no http(s) address, or no secret in the environment.
    """

    def __init__(
        self, url: str, settings: WebhookSettings, environment: Mapping[str, str] = os.environ,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:  # fmt: skip
        self._url, self._settings, self._pause = _checked(url), settings, pause
        self._secret = environment.get(settings.secret_env, "")
        if len(self._secret) < SHORTEST_SECRET:
            raise ConfigError(
                f"{settings.secret_env}: expected a secret of at least {SHORTEST_SECRET} characters, "
                f"got {len(self._secret)}; set it, the receiver checks the signature with it."
            )
        self._opener = _opener()

    def send(self, record: Mapping[str, Any]) -> Sent:
        """Send one alert, again after a pause where that may help."""
        body = json.dumps(record, ensure_ascii=False).encode()
        attempts = self._settings.attempts
        sent = Sent(delivered=False, reachable=False, told="nothing was tried", attempts=0)
        for attempt in range(1, attempts + 1):
            status, said = self._post(body, str(record["id"]))
            if status is not None and status // 100 == 2:
                return Sent(delivered=True, reachable=True, told=said, attempts=attempt)
            sent = Sent(delivered=False, reachable=status is not None, told=said, attempts=attempt)
            if status is not None and status < 500 and status not in AGAIN:
                return sent
            if attempt < attempts:
                self._pause(self._wait_s(attempt))
        return sent

    def _wait_s(self, attempt: int) -> float:
        """Twice as long each time, between half and all of it by chance, so that senders do not keep step."""
        longest = min(self._settings.first_pause_s * 2.0 ** (attempt - 1), LONGEST_PAUSE_S)
        return longest * (0.5 + 0.5 * random.random())  # noqa: S311 - no secret hangs on it

    def _post(self, body: bytes, key: str) -> tuple[int | None, str]:
        """Status and what to tell; no status where nobody answered."""
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "voxcx",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret, timestamp, body),
            KEY: key,
        }
        request = Request(self._url, body, headers, method="POST")  # noqa: S310 - only http(s), see _checked
        try:
            with self._opener.open(request, timeout=self._settings.timeout_s) as answer:
                return int(answer.status), f"status {answer.status}"
        except HTTPError as error:
            error.close()
            return int(error.code), f"status {error.code}"
        except (URLError, http.client.HTTPException, OSError, TimeoutError) as error:
            reason = getattr(error, "reason", error)
            return None, f"no answer ({type(reason).__name__})"


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer like any other: a signed alert goes where it was told to go."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ConfigError(f"--webhook: expected an address such as https://example.org/alerts, got {url[:60]!r}.")
    return url
