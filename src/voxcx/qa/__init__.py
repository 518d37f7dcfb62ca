"""ROOM: the QA form and its verdicts.

In: a form (YAML), an interaction, its transcript, timeline and features. Out: a Scorecard whose every verdict
cites verbatim words and their seconds, or the window that was searched; what cannot be known stays undecided.
"""
