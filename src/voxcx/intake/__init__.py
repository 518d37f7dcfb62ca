"""Files, folders and metadata → Interaction. In: paths. Out: Interaction records, blocks of samples, messages."""
