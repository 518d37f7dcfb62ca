"""CELLAR: resampling and voice activity (the door to Silero). In: blocks of samples. Out: sets of intervals."""
