"""Why a criterion came out as it did, step by step.

In: a form, a criterion, a case. Out: the rule tree with its answers, quotes, the places that were searched, and what
came nearest.
"""
