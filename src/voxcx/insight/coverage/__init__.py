"""Which indicators of customer experience the archive can give."""
