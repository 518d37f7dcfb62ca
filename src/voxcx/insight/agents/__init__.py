"""Agents: figures with the mix taken out, bands without ranks, a card each, and the best contacts of all."""
