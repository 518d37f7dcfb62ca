"""An archive with planted truths: everything that ``voxcx report`` looks for is put in on purpose and written down.

In: n, a seed and a ``Plan``. Out: a ``Population`` with verdicts, abandoned and contained contacts, chains of repeats
and the files that lie beside results.
"""
