"""Chains, told: how long they are, and the longest with their contacts in order."""

from __future__ import annotations

import numpy as np

from voxcx.domain.pages import CallRef, Cell, Column, Figure, Moments, Table
from voxcx.domain.texts import Text, same, text
from voxcx.insight.archive import DAY_S, Archive, Integers
from voxcx.insight.fields import value_name
from voxcx.insight.repeats.chains import Chains
from voxcx.insight.repeats.effects import count
from voxcx.insight.repeats.tables import ANY_TOPIC, SAME_TOPIC, days, lasting, names
from voxcx.statistics.proportions import share

SHOWN_IN_CHAIN = 12
SHOWN_CHAINS = 20
CHAINS = text(
    "contacts begun by one customer (or about one ticket){about}, each at most {window} after the one before; a "
    "contact "
    "is in one chain only; those who gave up waiting are in it too",
    "обращения по инициативе одного клиента (или по одной заявке){about}, каждое не позже чем через {window} после "
    "предыдущего; обращение входит только в одну цепочку; те, кто не дождался ответа, тоже в ней",
    about="",
    window="?",
)


def chains_told(window_days: float, *, same_topic: bool) -> Text:
    """What a chain is, with what was used."""
    about = SAME_TOPIC if same_topic else ANY_TOPIC
    return CHAINS.with_blanks({"about": about, "window": days(window_days)})


def chain_lengths(chains: Chains, told: Text) -> Table:
    """How many chains of each length, and the share of contacts in them."""
    lengths, members = chains.lengths, int(chains.lengths.sum())
    sizes, counts = np.unique(lengths, return_counts=True)
    rows = tuple(
        (count(size), count(n), count(size * n), Figure(share(size * n, members), "share"))
        for size, n in zip(sizes.tolist(), counts.tolist(), strict=True)
    )
    columns = (
        Column("length", text("Contacts in a chain", "Обращений в цепочке")),
        Column("chains", text("Chains", "Цепочек")),
        Column("contacts", text("Contacts in them", "Обращений в них")),
        Column("share", text("Of all contacts", "Из всех обращений")),
    )
    return Table("repeats_chain_lengths", text("How long chains are", "Длина цепочек"), columns, rows, told)


def longest_chains(archive: Archive, chains: Chains, told: Text) -> Table:
    """The longest, with their contacts in order."""
    lengths = chains.lengths
    longest = np.argsort(-lengths, kind="stable")[:SHOWN_CHAINS]
    rows = tuple(_chain_row(archive, chains.rows(one)) for one in longest.tolist() if lengths[one] > 1)
    columns = (
        Column("customer", text("Customer", "Клиент")),
        Column("topics", text("Topics", "Темы")),
        Column("contacts", text("Contacts", "Обращений")),
        Column("days", text("From first to last", "От первого до последнего")),
        Column("calls", text("In order of time", "По порядку")),
    )
    return Table("repeats_longest_chains", text("The longest chains", "Самые длинные цепочки"), columns, rows, told, 5)


def _chain_row(archive: Archive, rows: Integers) -> tuple[Cell, ...]:
    lasted_days = float(archive.moment_s[rows[-1]] - archive.moment_s[rows[0]]) / DAY_S
    calls = tuple(CallRef(str(archive.id[row])) for row in rows[:SHOWN_IN_CHAIN].tolist())
    who = names(archive, "customer_id", rows)
    return who, names(archive, "topic", rows), count(len(rows)), days(lasted_days), calls


def one_chain(archive: Archive, chains: Chains) -> Moments | None:
    """The longest chain, contact by contact."""
    lengths = chains.lengths
    if not len(lengths) or int(lengths.max()) < 2:
        return None
    rows = chains.rows(int(np.argmax(lengths)))
    calls: list[CallRef] = []
    for row in rows[:SHOWN_IN_CHAIN].tolist():
        told = {
            "channel": value_name("channel", str(archive.label("channel")[row])),
            "topic": same(str(archive.label("topic")[row])),
        }
        since = lasting(float(archive.moment_s[row] - archive.moment_s[rows[0]]))
        why = Text("{after} after the first: {channel}, {topic}", "через {after} после первого: {channel}, {topic}")
        first = Text("the first: {channel}, {topic}", "первое: {channel}, {topic}")
        calls.append(CallRef(str(archive.id[row]), why=(why if calls else first).with_blanks({**told, "after": since})))
    return Moments(text("The longest chain, in order", "Самая длинная цепочка по порядку"), tuple(calls))
