"""Satisfaction. In: a feature row, or rated interactions. Out: an estimate with its reasons, or a model folder."""
