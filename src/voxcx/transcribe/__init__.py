"""Speech → words with times. In: an interaction and what was heard. Out: Recognition, then a Transcript by roles."""
