"""The webhook against a server of our own: signed, retried, never redirected; what is not sent waits in the outbox."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from csi_folders import small_folder
from voxcx.alerting.running import Ran, Wish, run_alerts
from voxcx.alerting.webhook import Webhook, sign
from voxcx.errors import ConfigError
from voxcx.insight.alerts.rules import WebhookSettings
from voxcx.results.columnar import write_columns

SECRET = "a secret of the receiver"  # noqa: S105 - of the server below
ENVIRONMENT = {"VOXCX_WEBHOOK_SECRET": SECRET}
RECORD = {"id": "al-1", "why": {"ru": "Уход"}}


class Receiver:
    """Answers in the order it is told to, the last answer for ever; keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[int | float] = [200]  # a status, or seconds of silence as a fraction
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((self.path, dict(self.headers), body))
                answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                if isinstance(answer, float):
                    time.sleep(answer)
                    answer = 200
                self.send_response(answer)
                if answer in {302, 307}:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - http.server calls it so

            def log_message(self, *_: Any) -> None:
                """Be silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/alerts"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = Receiver()
    yield made
    made.close()


def webhook(url: str, pauses: list[float] | None = None, **more: Any) -> Webhook:
    kept = [] if pauses is None else pauses
    return Webhook(url, WebhookSettings(**({"timeout_s": 5} | more)), ENVIRONMENT, kept.append)


def genuine() -> Any:
    """The receiver's check as docs/alerts.md shows it."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102 - our own documentation
    return names["genuine"]


def test_an_alert_is_signed_over_its_time_and_body(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = webhook(receiver.url).send(RECORD)
    assert (sent.delivered, sent.attempts, sent.told) == (True, 1, "status 200")
    ((path, headers, body),) = receiver.requests
    assert path == "/alerts"
    assert json.loads(body) == RECORD
    assert headers["Idempotency-Key"] == "al-1"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    check, now_s = genuine(), time.time()
    assert check(SECRET, headers, body)
    assert not check("another secret", headers, body)
    assert not check(SECRET, headers, body + b" ")
    moved = headers | {"X-Voxcx-Timestamp": str(int(headers["X-Voxcx-Timestamp"]) + 200)}
    assert not check(SECRET, moved, body)  # with a newer time the signature no longer fits
    monkeypatch.setattr(time, "time", lambda: now_s + 302)
    assert not check(SECRET, headers, body)  # sent again later


def test_the_signature_by_hand() -> None:
    # printf '1767225600.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
    told = sign("0123456789abcdef", "1767225600", b"{}")
    assert told == "sha256=99902517b3069f78750aa0520b0493482454c2d30a579c7acc839f3363ca1b88"


@pytest.mark.parametrize("trouble", [500, 503, 429, 408])
def test_trouble_that_passes_is_retried_with_growing_pauses(receiver: Receiver, trouble: int) -> None:
    receiver.answers = [trouble, trouble, trouble, 200]
    pauses: list[float] = []
    sent = webhook(receiver.url, pauses, first_pause_s=2.0).send(RECORD)
    assert (sent.delivered, sent.attempts, len(receiver.requests)) == (True, 4, 4)
    assert len({headers["Idempotency-Key"] for _, headers, _ in receiver.requests}) == 1
    assert all(longest / 2 <= pause <= longest for pause, longest in zip(pauses, (2.0, 4.0, 8.0), strict=True))


def test_pauses_are_not_the_same_for_all(receiver: Receiver) -> None:
    receiver.answers = [500]
    pauses: list[float] = []
    webhook(receiver.url, pauses, attempts=10).send(RECORD)
    assert len({round(pause / 2.0**step, 6) for step, pause in enumerate(pauses)}) > 3
    assert max(pauses) <= 60


@pytest.mark.parametrize("refusal", [400, 401, 404, 410, 422])
def test_a_refusal_is_not_retried(receiver: Receiver, refusal: int) -> None:
    receiver.answers = [refusal, 200]
    sent = webhook(receiver.url).send(RECORD)
    assert (sent.delivered, sent.reachable, sent.attempts, sent.told) == (False, True, 1, f"status {refusal}")
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("redirect", [302, 307])
def test_a_redirect_is_not_followed(receiver: Receiver, redirect: int) -> None:
    receiver.answers = [redirect, 200]
    sent = webhook(receiver.url).send(RECORD)
    assert (sent.delivered, sent.told) == (False, f"status {redirect}")
    assert [path for path, _, _ in receiver.requests] == ["/alerts"]


def test_silence_is_a_timeout_and_is_retried(receiver: Receiver) -> None:
    receiver.answers = [1.0, 200]
    sent = webhook(receiver.url, timeout_s=0.2).send(RECORD)
    assert (sent.delivered, sent.attempts) == (True, 2)
    receiver.answers = [1.0, 1.0, 200]
    assert webhook(receiver.url, timeout_s=0.2, attempts=2).send(RECORD).reachable is False


def test_nobody_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sent = webhook(f"http://127.0.0.1:{port}/alerts", attempts=2).send(RECORD)
    assert (sent.delivered, sent.reachable, sent.attempts) == (False, False, 2)
    assert sent.told == "no answer (ConnectionRefusedError)"


@pytest.mark.parametrize("url", ["ftp://x/y", "file:///etc/passwd", "example.org", "http://", "http://[x", ""])
def test_only_http_addresses(url: str) -> None:
    with pytest.raises(ConfigError, match="--webhook: expected an address"):
        webhook(url)


def test_a_short_secret_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="at least 16 characters, got 5") as error:
        Webhook("http://127.0.0.1/x", WebhookSettings(), {"VOXCX_WEBHOOK_SECRET": "short"})
    assert "short;" not in str(error.value)


# The outbox, through a whole run.

RULES: dict[str, Any] = {
    "webhook": {"attempts": 1, "timeout_s": 5},
    "triggers": [
        {"id": "leaving", "title": {"en": "Leaving", "ru": "Уход"}, "severity": "high", "owner": "retention",
         "interaction": {"when": {"number": "churn_cue", "at_least": 1}, "per": "interaction"}},
    ],
}  # fmt: skip


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOXCX_WEBHOOK_SECRET", SECRET)
    folder = tmp_path / "R"
    small_folder(folder, {"churn_cue": [1.0, 1.0, 1.0, 0.0]}, n=4)
    (tmp_path / "triggers.yaml").write_text(yaml.safe_dump(RULES))
    return folder


def run(results: Path, url: str | None) -> Ran:
    return run_alerts(Wish(results, results.parent / "triggers.yaml", webhook=url))


def outbox(results: Path) -> list[str]:
    return [json.loads(line)["interaction_id"] for line in (results / "alerts.outbox.jsonl").read_text().splitlines()]


def told(receiver: Receiver) -> list[str]:
    return [json.loads(body)["interaction_id"] for _, _, body in receiver.requests]


def test_what_was_not_sent_goes_with_the_next_run(results: Path, receiver: Receiver) -> None:
    receiver.answers = [200, 400, 200]
    first = run(results, receiver.url)
    assert (first.sent, first.unsent, first.told) == (2, 1, "status 400")
    assert outbox(results) == ["c-1"]
    again = run(results, receiver.url)
    assert (len(again.records), again.sent, again.unsent) == (0, 1, 0)
    assert outbox(results) == []
    assert told(receiver) == ["c-0", "c-1", "c-2", "c-1"]
    keys = [headers["Idempotency-Key"] for _, headers, _ in receiver.requests]
    assert keys[1] == keys[3]
    assert run(results, receiver.url).sent == 0
    assert len((results / "alerts.jsonl").read_text().splitlines()) == 3


def test_where_nobody_answers_the_rest_waits(results: Path, receiver: Receiver) -> None:
    receiver.answers = [1.5]
    (results.parent / "triggers.yaml").write_text(
        yaml.safe_dump(RULES | {"webhook": {"attempts": 1, "timeout_s": 0.2}})
    )
    ran = run(results, receiver.url)
    assert (ran.sent, ran.unsent, len(receiver.requests)) == (0, 3, 1)  # one was tried, not three times the timeout
    assert outbox(results) == ["c-0", "c-1", "c-2"]
    receiver.answers = [200]
    assert run(results, receiver.url).sent == 3


def test_without_a_webhook_there_is_no_outbox(results: Path) -> None:
    run(results, None)
    assert not (results / "alerts.outbox.jsonl").exists()


def test_no_customers_words_leave_unless_they_are_meant_to(results: Path, receiver: Receiver) -> None:
    ids = ["c-0", "c-0"]
    columns = {
        "interaction_id": ids, "criterion": ["consent", "greeting"], "verdict": ["not_met", "met"],
        "form_id": ["f"] * 2, "form_version": [1, 1], "severity": ["critical_compliance", "plain"],
        "mode": ["full"] * 2,
        "attributable": ["agent"] * 2, "max_points": [1.0, 1.0],
        "evidence": [[{"role": "customer", "start_s": 3.0, "end_s": 4.0, "quote": "my card is 4242"}], []],
    }  # fmt: skip
    write_columns(results, "criteria", columns, "part-a")
    rule = RULES["triggers"][0] | {"interaction": {"when": {"critical": "compliance"}, "per": "interaction"}}
    path = results.parent / "triggers.yaml"
    path.write_text(yaml.safe_dump(RULES | {"triggers": [rule]}))
    run(results, receiver.url)
    (first,) = receiver.requests
    assert b"4242" not in first[2]
    assert json.loads(first[2])["quote"]["criterion"] == "consent"
    (results / "alerts.jsonl").unlink()
    path.write_text(yaml.safe_dump(RULES | {"triggers": [rule], "webhook": {"attempts": 1, "include_quotes": True}}))
    run(results, receiver.url)
    assert json.loads(receiver.requests[1][2])["said"] == "my card is 4242"
    assert "4242" not in (results / "alerts.jsonl").read_text()
    assert np.all([name in json.loads(first[2]) for name in ("id", "why", "deadline")])
