"""How fast were they answered? Counts first, the share from them, under a formula whose every part can be switched.

In: the archive. Out: a page with the level by skill, priority and time, who left the queue, and other formulas beside.
"""
