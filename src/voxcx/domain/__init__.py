"""CELLAR: the records that walk through the house, the algebra of intervals and the feature catalogue.

In: nothing. Out: frozen dataclasses that refuse the impossible. No input or output happens here.
"""
