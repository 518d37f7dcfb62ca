"""Data with a known truth. In: a number and a seed. Out: populations with their cause, calls with their plan."""
