"""Who spoke when, in what phase, and what happened. In: what was heard and said, roles, telephony. Out: Timeline."""
