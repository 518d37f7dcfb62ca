"""PART of the room ``report``: pages about a whole archive in; one HTML file, a card, CSV files or a workbook out.

``telling`` writes texts and figures in the reader's language, ``charts`` draws, ``blocks`` puts a page together;
``as_html``, ``as_card`` and ``as_tables`` are the ways out.
"""
