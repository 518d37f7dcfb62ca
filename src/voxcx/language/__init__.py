"""CELLAR: words, their normal forms, numbers as they are spoken, and the phrase language of forms and lexicons.

In: text in Russian or English (another language works by exact words). Out: tokens, phrases and their matches.
The only door to spaCy (tokenisers), pymorphy3 (Russian normal forms) and RapidFuzz (tolerance for slips).
"""
