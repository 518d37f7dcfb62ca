"""HALL: many interactions. In: a source and a walk. Out: the results folder; a failed interaction is a row in it."""
