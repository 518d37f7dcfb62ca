"""Rated interactions → a model that knows how good it is."""
