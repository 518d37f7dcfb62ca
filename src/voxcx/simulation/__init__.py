"""Data with a known truth. In: a number and a seed. Out: populations whose cause of satisfaction is written down."""
