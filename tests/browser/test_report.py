"""The report in a real browser: no errors, no network, clicks lead to the words, nothing sticks out of a phone."""

from __future__ import annotations

import io
import shutil
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from builders import CALL_S, a_call, a_chat, untrusted_call
from voxcx.domain.result import Result
from voxcx.report.as_html import render

pytestmark = pytest.mark.browser
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NOT CHECKED: no Chromium on this machine; install chromium to look at the report")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """A page with all that it complained of and asked for."""

    def __init__(self, page: Page, html: str, folder: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        path = folder / "report.html"
        path.write_text(html, encoding="utf-8")
        self.address = path.as_uri()
        page.goto(self.address)

    @property
    def outside(self) -> list[str]:
        return [url for url in self.requests if url != self.address and not url.startswith("data:")]


def silence(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(2 * 8000 * seconds)))
    return out.getvalue()


@pytest.mark.parametrize("make", [a_call, a_chat, untrusted_call])
@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_no_errors_no_network_no_sideways_scroll(
    browser: Browser, make: Callable[[], Result], size: dict[str, int], tmp_path: Path
) -> None:
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    visit = Visit(page, render(make(), "ru"), tmp_path)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert visit.complaints == []
    assert visit.outside == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.close()


def test_a_click_on_a_quote_leads_to_its_words(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    Visit(page, render(a_call(), "ru"), tmp_path)
    page.locator("#c-no_secret_requests .jump").first.click()
    line = page.locator(".line.flash")
    assert "назовите код из смс" in line.inner_text()
    page.wait_for_function(
        "() => { const r = document.querySelector('.flash').getBoundingClientRect();"
        " return r.top >= 0 && r.bottom <= innerHeight; }"
    )
    page.close()


def test_a_click_on_a_pin_or_speech_leads_to_the_words_too(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    Visit(page, render(a_call(), "en"), tmp_path)
    page.locator(".pin.not_met circle").first.click()
    assert "назовите код" in page.locator(".flash").inner_text()
    page.locator(".speech.customer").nth(1).click()
    assert "Четыреста" in page.locator(".flash").inner_text()
    page.close()


def test_with_audio_a_click_plays_from_there(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    visit = Visit(page, render(a_call(), "en", audio=(silence(CALL_S), "audio/wav")), tmp_path)
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    page.locator("#c-no_secret_requests .jump").first.click()
    page.wait_for_function("() => Math.abs(document.querySelector('audio').currentTime - 62.9) < 3")
    assert visit.complaints == []
    assert visit.outside == []
    page.close()


def test_definitions_open_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport=LAPTOP)  # type: ignore[arg-type]
    Visit(page, render(a_call(), "en"), tmp_path)
    summary = page.locator("details summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    page.close()


def test_paper_is_light_even_for_those_who_read_in_the_dark(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    Visit(page, render(a_call(), "en"), tmp_path)
    ink = "getComputedStyle(document.querySelector('h1')).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    on_paper = page.evaluate(ink)
    assert on_screen == "rgb(231, 234, 238)"
    assert on_paper == "rgb(28, 35, 48)"
    page.close()
