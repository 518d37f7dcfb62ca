"""Must it be, or is more of it better? Types from a paired questionnaire; from ratings only which end they move.

In: the archive. Out: a page.
"""
