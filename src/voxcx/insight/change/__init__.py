"""Did the change help? Before and after a day, or A and B, with the mix taken out and what it could have missed."""
