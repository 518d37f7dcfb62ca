"""Texts as a recogniser may have got them: confusions learnt from our own recogniser, and slips made by sound."""
