"""IVR and bot legs: how they end, what they solve, what customers say after them."""
