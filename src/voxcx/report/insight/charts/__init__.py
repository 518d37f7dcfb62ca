"""PART of ``report.insight``: the pictures, one file a kind, as HTML and inline SVG that need no library.

Across, everything is in percent of the width; down, in pixels: a picture fills any width and its text keeps its size.
"""
