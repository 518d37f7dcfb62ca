"""Everything against everything: which measures move together from week to week, or from team to team."""
