"""PART OF QA: how well verdicts agree. In: verdicts of machine and people, old and new. Out: figures with intervals."""
