"""Who spoke when and what happened between them. In: speech, transcript, telephony. Out: Timeline."""
