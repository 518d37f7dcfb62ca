"""PART of the room ``qa``: a criterion learned from people's marks.

In: what was said in interactions, and what people found. Out: a judge that reads words, quotes what weighed, and keeps
silent where it was not shown to be right; what it is worth, measured on interactions it did not learn from.
"""
