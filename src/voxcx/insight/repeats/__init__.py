"""Who had to come again: first-contact resolution by its proxy, chains, what precedes repeats, frequent callers."""
