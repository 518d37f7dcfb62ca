"""What matters most? In: topics and errors of the archive. Out: often, painful, costly; causes; where on the way."""
