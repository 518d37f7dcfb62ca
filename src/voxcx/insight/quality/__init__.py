"""Does quality drive satisfaction? Each criterion against the answered CSI, and the weights the data would give."""
