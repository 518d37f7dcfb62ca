"""The results folder while a run works on it: one writer, what is booked, what is kept of a finished run."""
