"""CELLAR: figures that say how sure they are: shares, differences, effects, curves, plans, corrections for many tests.

In: numbers and plain arrays. Out: ``Estimate`` records and arrays. Knows nothing of calls, criteria or agents.
No NaN goes in unless a function says so; a figure that cannot be said comes out as None with the reason.
"""
