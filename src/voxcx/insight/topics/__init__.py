"""Why do they contact us? In: openings, given topics, people's labels. Out: a topic for each, and its source."""
