from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

import unit.report.insight.sample_pages as sample
from voxcx.domain.estimates import Estimate
from voxcx.domain.moments import Moment
from voxcx.domain.pages import (
    CallRef,
    Column,
    Dot,
    Dots,
    Figure,
    Finding,
    Flow,
    Happening,
    Heat,
    Journey,
    Moments,
    Page,
    Paragraph,
    Table,
    Tile,
    Tiles,
)
from voxcx.domain.texts import Text, same, text
from voxcx.report.insight.as_card import render_card
from voxcx.report.insight.as_html import render_report
from voxcx.report.insight.calls import Calls, safe_href
from voxcx.report.insight.matters import what_matters
from voxcx.report.insight.tables import MOST_ROWS, rows_at_most, table_html
from voxcx.report.insight.telling import Telling

EN = Telling("en")
BAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&{x}"
VOID = {"meta", "link", "img", "br"}
ENDED_BY_NEXT = {"td", "th", "tr", "tbody", "thead", "li"}


class Reader(HTMLParser):
    """Tags, attributes and words as a browser finds them; complains of ends that close nothing."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in ENDED_BY_NEXT:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    return Reader(html)


def said(html: str) -> str:
    return " ".join(" ".join(read(html).words).replace("\u00a0", " ").replace("\u2060", "").split())


@pytest.mark.parametrize("ui", ["ru", "en"])
def test_a_report_with_every_block_is_well_formed(ui: str) -> None:
    html = render_report(sample.pages(), sample.about(), sample.MOMENTS, ui)
    page = read(html)
    assert page.wrong == []
    assert page.open == []
    assert html.startswith("<!doctype html>")
    assert f'<html lang="{ui}">' in html
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    inner = [attrs["href"] for tag, attrs in page.tags if tag == "a" and (attrs.get("href") or "").startswith("#")]
    assert {href.removeprefix("#") for href in inner if href} <= set(ids)


def test_the_issues_own_sentence_stands_on_the_first_page() -> None:
    html = said(render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru"))
    first = html.partition("Главное До пяти")[2]
    assert "Долгое удержание без предупреждения: 14 % звонков, −11 пунктов CSI, 95 % ДИ −14…−8" in first
    assert "на этом держится около 1,5 пункта среднего CSI" in first
    assert "раздел «Качество и удовлетворённость»" in first
    assert "слушать с 1:23" in first
    assert "Клиент: «Подождите, пожалуйста… Алло, вы ещё здесь? Я уже „десять минут“ слушаю музыку.»" in first


def test_the_head_says_what_the_archive_is() -> None:
    html = said(render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru"))
    assert "Обращений 104 204" in html
    assert "Период 16 фев 2026 – 17 авг 2026" in html
    assert "Ответов на опросы 4 120 Доля ответивших 12 % из 34 000 приглашённых" in html
    assert "Данные смоделированы." in html
    assert "12 обращений не удалось оценить." in html
    assert "Уровень сервиса: отвечено за 20 с" in html
    assert "смоделированы" not in said(render_report((), sample.about(simulated=False), {}, "ru"))


@pytest.mark.parametrize(
    ("answers", "invited", "told"),
    [
        (0, 100, "Survey answers none – nothing that depends on satisfaction is shown"),
        (50, None, "Response rate not known: invitations were not recorded"),
        (50, 40, "Response rate –"),
        (40, 40, "Response rate 100% of 40 invited"),
    ],
)
def test_answers_and_the_response_rate(answers: int, invited: int | None, told: str) -> None:
    about = replace(sample.about(), answers=answers, invited=invited)
    assert told in said(render_report((), about, {}, "en"))


def test_without_findings_pages_or_times_the_report_still_says_so() -> None:
    about = replace(sample.about(), first_day=None, last_day=None, interactions=0, answers=0)
    html = said(render_report((), about, {}, "en"))
    assert "times of the interactions are not known" in html
    assert "So far the data support no finding firmly enough" in html
    nothing = said(render_report((Page("p", same("P"), same("Q")),), about, {}, "en"))
    assert "This archive has nothing to say here." in nothing


def weights(*of_pages: tuple[float, ...]) -> tuple[Page, ...]:
    return tuple(
        Page(f"p{k}", same(f"P{k}"), same("Q"), findings=tuple(Finding(same(f"{k}:{w}"), w) for w in found))
        for k, found in enumerate(of_pages)
    )


def test_five_findings_of_largest_weight_at_most_two_of_a_page() -> None:
    pages = weights((9.0, 8.0, 7.0), (1.0, 6.0), (0.0, 0.5, 3.0), (2.0,))
    assert [finding.weight for finding, _ in what_matters(pages)] == [9.0, 8.0, 6.0, 3.0, 2.0]
    assert [page.id for _, page in what_matters(pages)] == ["p0", "p0", "p1", "p2", "p3"]
    assert what_matters(()) == ()


def untrusted() -> Page:
    bad, ref = same(BAD), CallRef(BAD, BAD, 3.0, same(BAD))
    figure = Figure(Estimate(None, 1.0, 2.0, 3, reason=bad), "points")
    blocks = (
        Paragraph(bad),
        Tiles((Tile(bad, figure, bad, note=bad),)),
        Dots(bad, "points", (Dot(bad, Estimate(1.0), note=bad), Dot(bad, figure.estimate)), bad),
        Table("t", bad, (Column("a", bad, bad), Column("b", bad, bad)), ((bad, figure), (BAD, (ref,))), bad),
        Heat(bad, (bad,), (bad, bad), ((figure, Figure(Estimate(2.0), "points")),), "high", bad),
        Flow(bad, ((f"1:{BAD}", "2:b", 3),), (("2:b", bad),), bad),
        Journey(bad, ((BAD, bad),), (Happening(0.0, BAD, bad, call=ref, told=(bad,)),), bad),
        Moments(bad, (ref,)),
    )
    return Page('p"><b>', bad, bad, blocks, (bad,), (Finding(bad, 1.0, (ref,)),))


@pytest.mark.parametrize("ui", ["ru", "en"])
def test_nothing_of_the_users_becomes_markup(ui: str) -> None:
    ref = CallRef(BAD, BAD, 3.0, same(BAD))
    moment = Moment(BAD, BAD, BAD, BAD, "call", BAD, "customer", 3.0, "javascript:alert(1)", same(BAD))
    about = replace(sample.about(title=BAD), made_from=BAD, notes=(same(BAD),), settings=(same(BAD),))
    page = read(render_report((untrusted(),), about, {ref: moment}, ui))
    assert page.wrong == []
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [tag for tag, _ in page.tags if tag in {"img", "iframe", "object", "base", "form"}]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert not [attrs for _, attrs in page.tags if "script:" in (attrs.get("href") or "")]
    assert "".join(page.words).count("<script>alert(1)</script>") > 20


def test_only_its_own_script_may_run_and_nothing_is_fetched() -> None:
    html = render_report((), sample.about(), {}, "en")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert policy
    assert script
    digest = b64encode(sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in policy[1] or f"script-src 'sha256-{digest}'" in policy[1]
    assert "default-src" in policy[1]
    assert "unsafe-inline" not in policy[1].partition("script-src")[2].partition(";")[0]
    assert "http://" not in html
    assert "https://" not in html


@pytest.mark.parametrize(
    ("recording", "href"),
    [
        (None, ""),
        ("  ", ""),
        ("calls/a b#1.flac", "calls/a%20b%231.flac"),
        ("/srv/звонки/1.wav", "/srv/%D0%B7%D0%B2%D0%BE%D0%BD%D0%BA%D0%B8/1.wav"),
        ("../x.wav", "../x.wav"),
        ("C:\\calls\\1.wav", "file:///C:/calls/1.wav"),
        ("file:///srv/1.wav", "file:///srv/1.wav"),
        ("https://pbx.example/1.wav?id=2#t=9", "https://pbx.example/1.wav?id=2"),
        ("//evil.example/1.wav", "/evil.example/1.wav"),
        ("\\\\evil\\1.wav", "/evil%5C1.wav"),
        ("javascript:alert(1)", ""),
        (" JavaScript:alert(1)", ""),
        ("java\nscript:alert(1)", "java%0Ascript%3Aalert%281%29"),
        ("\x01javascript:alert(1)", "%01javascript%3Aalert%281%29"),
        ("data:text/html,x", ""),
        ("s3://bucket/1.wav", ""),
        ("https://x.example/a\nb", ""),
    ],
)
def test_only_addresses_of_sound_are_linked(recording: str | None, href: str) -> None:
    assert safe_href(recording) == href


def test_a_call_is_told_in_a_list_and_linked_in_a_cell() -> None:
    calls = Calls(sample.MOMENTS, EN)
    listed = calls.listed((sample.REF, sample.CHAT, CallRef("unknown", start_s=65.0)))
    assert 'href="recordings/2026%2003/call%20%23417.flac#t=83.2"' in listed
    assert "call · 2026-03-03 14:05 · agent Анна Кузнецова · queue delivery" in said(listed)
    assert "hold of 4:10 without a warning" in listed
    assert "<b>unknown</b>" in listed
    assert listed.count("<a ") == 1
    short = calls.short((sample.REF, CallRef("unknown", start_s=65.0)))
    assert "▶ call-000417&nbsp;1:23</a>" in short
    assert "unknown&nbsp;1:05" in short


def table(rows: int = 3, **fields: object) -> Table:
    return replace(sample.table(rows), **fields)  # type: ignore[arg-type]


def test_figures_in_a_table_carry_interval_n_and_reason() -> None:
    html = table_html(sample.table(3), EN, Calls({}, EN))
    assert "14%<s>12…16%</s>" in html.replace("\u00a0", " ")  # n = 1204 is the count of the same row
    assert "−11.3 pts<s>−14.3…−8.3</s>" in html.replace("\u00a0", " ")
    assert "−10.4 pts<s>−13.4…−7.4; n = 1,204</s>" in html.replace("\u00a0", " ")  # that row counts 1205
    assert "–<sup>1</sup><s>n = 12</s>" in html.replace("\u00a0", " ")
    assert "<sup>1</sup> only 12 answers; 18 more needed." in html
    assert 'title="not met ÷ decided"' in html
    assert "<b>Errors</b> – not met ÷ decided" in html


def test_reasons_beyond_the_ninth_stand_in_their_cells() -> None:
    rows = tuple((Figure(Estimate(None, reason=same(f"why {k}")), "share"),) for k in range(12))
    html = table_html(Table("t", same("T"), (Column("a", same("A")),), rows, same("D")), EN, Calls({}, EN))
    assert html.count("<sup>9</sup>") == 2
    assert "–<s>why 11</s>" in html
    assert "<sup>10</sup>" not in html


def test_rows_beyond_those_shown_fold_and_beyond_200_are_in_the_file() -> None:
    html = table_html(sample.table(450), EN, Calls({}, EN))
    assert html.count("<tr") == MOST_ROWS + 1
    assert len(re.findall(r'<tr class="[^"]*x"', html)) == MOST_ROWS - 10
    assert "The first 200 of 450 are here; all rows are in the file criteria.csv." in html
    assert "Show all: 200\u00a0rows" in html
    few = table_html(sample.table(10), EN, Calls({}, EN))
    assert "Show all" not in few
    assert "are here" not in few


def test_a_table_without_rows_is_a_sentence() -> None:
    html = table_html(table(0), EN, Calls({}, EN))
    assert "No rows." in html
    assert "<table" not in html
    assert "Benjamini" in html


def test_a_very_large_report_holds_fewer_rows_of_each_table() -> None:
    big = sample.table(200, columns=8)
    few = Page("p", same("P"), same("Q"), (big,) * 10)
    assert rows_at_most((few,)) == 200
    # 170 tables of 200 rows of 8 columns are 272 000 cells: 200 · 150 000 ÷ 272 000 = 110 rows of each
    assert rows_at_most((few,) * 17) == 110
    assert rows_at_most((few,) * 1000) == 30


def test_a_large_report_stays_below_15_megabytes() -> None:
    tables = tuple(sample.table(200, f"t{k}", 8) for k in range(10))
    pages = tuple(sample.page(f"p{k}", 1.0, tables) for k in range(17))
    html = render_report(pages, sample.about(), sample.MOMENTS, "ru")
    assert html.count("<tr") > 17 * 10 * 105
    assert len(html.encode()) < 15_000_000


@pytest.mark.parametrize("ui", ["ru", "en"])
def test_a_card_is_one_page_without_contents(ui: str) -> None:
    html = render_card(sample.page(), sample.about(), sample.MOMENTS, ui)
    page = read(html)
    assert page.wrong == []
    assert [tag for tag, _ in page.tags].count("section") == 1
    assert "nav" not in [tag for tag, _ in page.tags]
    assert 'class="card"' in html


def test_the_same_pages_give_the_same_bytes() -> None:
    one, other = (render_report(sample.pages(), sample.about(), sample.MOMENTS, "ru") for _ in range(2))
    assert one == other


def test_a_blank_that_a_text_lacks_is_the_pages_mistake() -> None:
    with pytest.raises(KeyError, match="effect"):
        EN.text(Text("{effect}", "{effect}"))
    assert EN.text(text("{{effect}}", "")) == "{effect}"


def test_a_dash_among_figures_stands_where_they_do() -> None:
    columns = (Column("a", same("A")), Column("b", same("B")))
    rows = ((same("r"), Figure(Estimate(1.0), "index")), (same("s"), None))
    html = table_html(Table("t", same("T"), columns, rows, same("D")), EN, Calls({}, EN))
    assert "<tr><td>s<td class=f>–" in html
