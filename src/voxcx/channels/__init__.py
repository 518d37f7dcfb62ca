"""Can this recording be trusted, and who sits on which channel? In: blocks, words. Out: Heard verdict, Roles."""
