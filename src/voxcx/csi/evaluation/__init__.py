"""How good estimates are: answers and estimates come in, figures with intervals go out. Nothing here trains."""
