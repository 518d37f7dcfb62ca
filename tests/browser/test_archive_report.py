"""The archive's report in a real browser: no errors, no network, no text over text, hints for mouse, tap and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import unit.report.insight.sample_pages as sample
from browser.test_report import CHROMIUM, Visit
from voxcx.domain import pages as domain
from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import same
from voxcx.report.insight.as_card import render_card
from voxcx.report.insight.as_html import render_report

pytestmark = pytest.mark.browser
PHONE, LAPTOP = {"width": 360, "height": 780}, {"width": 1280, "height": 800}

# Pairs of words in one picture that lie over each other by more than a pixel, and words that leave their picture.
OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("figure svg:not(svg svg)")) {
    const words = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0);
    words.forEach(([one, a], at) => words.slice(0, at).forEach(([other, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 2.5) found.push(`${one} | ${other}`);
    }));
    const scroller = svg.closest(".scroller");
    const room = svg.closest("figure").getBoundingClientRect();
    if (!scroller) words.forEach(([one, a]) => {
      if (a.left < room.left - 2 || a.right > room.right + 2) found.push(`outside: ${one}`);
    });
  }
  return found;
}"""
SMALL = """() => [...document.querySelectorAll("svg text, td, .def, s, .l, .v")]
  .filter((one) => one.getBoundingClientRect().width && parseFloat(getComputedStyle(one).fontSize) < 10.9
    && !one.classList.contains("no"))
  .map((one) => one.textContent)"""
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((one) => !one.closest("svg, .scroller, .l")
    && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NOT CHECKED: no Chromium on this machine; install chromium to look at the report")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def hard_pages() -> tuple[domain.Page, ...]:
    """The sample, and pictures that are hard to fit: long names, many marks, huge numbers, one row."""
    long = same("an unusually long name of a thing that nobody would ever shorten voluntarily " * 2)
    far = domain.Dots(long, "money", (domain.Dot(long, Estimate(9.87e14, -1e14, 3e15, 7)),), long, 0.0)
    xs = tuple(float(k) for k in range(60))
    many = tuple(domain.Line(same(f"curve {k}"), xs, tuple(Estimate(1e7 * k * x) for x in xs)) for k in range(12))
    marks = tuple((float(5 * k), long) for k in range(12))
    lines = domain.Lines(long, long, "count", long, "money", many, long, marks)
    near = domain.Lines(long, long, "count", long, "money", many[:1], long, ((30.0, long), (31.0, long), (58.0, long)))
    blocks = (
        far,
        lines,
        near,
        sample.weeks(8, 120),
        sample.flow(30),
        sample.journey(60),
        sample.dots(60),
        sample.heat(15),
    )
    hard = domain.Page("hard", long, long, (*blocks, sample.table(60, "wide", 12)), (long,), (sample.finding(0.2),))
    return (*sample.pages(), hard)


def opened(browser: Browser, html: str, folder: Path, **options: object) -> tuple[Page, Visit]:
    page = browser.new_page(**options)  # type: ignore[arg-type]
    return page, Visit(page, html, folder)


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_overlaps_sticks_out_or_complains(
    browser: Browser, ui: str, size: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    html = render_report(hard_pages(), sample.about(), sample.MOMENTS, ui)
    page, visit = opened(browser, html, tmp_path, viewport=size, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.querySelectorAll('figure svg text').length") > 100
    assert visit.complaints == []
    assert visit.outside == []
    page.close()


def test_a_fresh_page_complains_of_nothing_not_even_its_policy(browser: Browser, tmp_path: Path) -> None:
    page, visit = opened(browser, render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru"), tmp_path)
    assert page.evaluate("document.documentElement.className") == "js"
    assert visit.complaints == []
    page.close()


def test_every_kind_of_mark_answers_to_the_mouse(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "en")
    page, visit = opened(browser, html, tmp_path, viewport=LAPTOP)
    for mark, told in (
        (".dots .m.bad", "Greeting with company and name: −11.3"),
        (".lines circle", "mean of a quarter minute, 0"),
        (".matrix tbody td", "Ordering × Phone: 60.0"),
        (".flow .ribbon", "Phone → Phone: 340"),
        (".journey .m", "1. 16"),
        (".sortable th.f button", "with a decided verdict"),
    ):
        page.locator(mark).first.hover(force=True)
        tip = page.locator("#tip")
        assert tip.is_visible()
        assert tip.inner_text().replace("\u00a0", " ").startswith(told)
        box = tip.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= LAPTOP["width"]
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()
    assert visit.complaints == []
    page.close()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_rows_with_and_without_a_note_stand_alike(browser: Browser, size: dict[str, int], tmp_path: Path) -> None:
    page, _ = opened(browser, render_report(sample.pages(), sample.about(), {}, "ru"), tmp_path, viewport=size)
    places = """() => [...document.querySelectorAll(".rows li:not(.scale)")].map((row) =>
    [".l", ".b", ".v"].map((part) => {
      const box = row.querySelector(part).getBoundingClientRect();
      return part === ".v" ? Math.round(box.right) : Math.round(box.left);
    }).join(" "))"""
    found = page.evaluate(places)
    assert page.locator(".rows .noted").count() == 1
    assert len(found) == 8
    assert len(set(found)) == 1
    page.close()


def test_a_tap_and_the_keyboard_show_the_same_hints(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru")
    page, _ = opened(browser, html, tmp_path, viewport=PHONE, has_touch=True)
    page.locator(".lines circle").nth(3).tap(force=True)
    assert "95 % ДИ" in page.locator("#tip").inner_text().replace("\u00a0", " ")
    page.locator("h2").first.tap()
    assert not page.locator("#tip").is_visible()
    page.locator(".dots .rows li").nth(1).focus()
    page.keyboard.press("Shift+Tab")
    assert "Приветствие" in page.locator("#tip").inner_text()
    page.close()


def column(page: Page, place: int, only_shown: bool = True) -> list[str]:
    cells = page.locator(f".sortable >> nth=0 >> tbody td:nth-child({place})").all()
    return [
        cell.inner_text().split("\n")[0].replace("\u00a0", " ") for cell in cells if cell.is_visible() or not only_shown
    ]


def test_a_click_on_a_head_sorts_all_rows_and_keeps_the_fold(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru")
    page, _ = opened(browser, html, tmp_path, viewport=LAPTOP)
    effect = page.locator(".sortable >> nth=0 >> th button").nth(3)
    effect.click()
    shown = column(page, 4)
    assert len(shown) == 10
    assert shown[:2] == ["+14,8 п.", "+13,9 п."]  # −11.26 + 0.9 · 29 and · 28
    effect.click()
    assert column(page, 4)[:2] == ["−11,3 п.", "−10,4 п."]
    assert column(page, 4, only_shown=False)[-4:] == ["–1n = 12"] * 4  # what is not known comes last, either way
    page.locator(".sortable >> nth=0 >> th button").nth(0).click()
    assert column(page, 1)[0].endswith("Называет срок")
    page.close()


def test_the_button_shows_all_rows_and_folds_them_again(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "en")
    page, _ = opened(browser, html, tmp_path, viewport=LAPTOP)
    button = page.locator("figure.table .more").first
    assert len(column(page, 1)) == 10
    button.click()
    assert len(column(page, 1)) == 30
    assert button.inner_text() == "Show fewer"
    button.click()
    assert len(column(page, 1)) == 10
    page.locator(".open").first.click()
    assert page.locator(".cols").first.is_visible()
    page.close()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_contents_lead_to_the_page(browser: Browser, size: dict[str, int], tmp_path: Path) -> None:
    page, _ = opened(
        browser, render_report(hard_pages(), sample.about(), sample.MOMENTS, "en"), tmp_path, viewport=size
    )
    contents = ".menu" if size is PHONE else ".side"
    if size is PHONE:
        page.locator(".menu summary").click()
    page.locator(f"{contents} a[href='#p-robots']").click()
    top = "document.getElementById('p-robots').getBoundingClientRect().top"
    page.wait_for_function(f"() => {top} >= 0 && {top} < 200")
    assert page.locator("#p-robots h2").is_visible()
    page.close()


def test_paper_shows_everything_in_the_light(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru")
    page, _ = opened(browser, html, tmp_path, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(28, 35, 48)"
    assert len(column(page, 1)) == 30
    hidden = "[...document.querySelectorAll('.def')].filter((one) => !one.getClientRects().length).length"
    assert page.evaluate(hidden) == 0
    assert not page.locator(".more").first.is_visible()
    assert not page.locator(".side").is_visible()
    page.close()


def test_without_a_script_all_rows_are_there(browser: Browser, tmp_path: Path) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru")
    page, _ = opened(browser, html, tmp_path, java_script_enabled=False)
    assert len(page.locator(".sortable tbody tr").all()) == 30
    assert all(row.is_visible() for row in page.locator(".sortable tbody tr").all())
    page.close()


def test_a_card_prints_on_two_sheets(browser: Browser, tmp_path: Path) -> None:
    card = sample.page(blocks=(sample.tiles(), sample.dots(5), sample.table(8)))
    page, _ = opened(browser, render_card(card, sample.about(), sample.MOMENTS, "ru"), tmp_path)
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= printed.count(b"/Type /Page\n") <= 2
    page.close()
