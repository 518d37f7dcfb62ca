"""Where files lie: text → a path on this disk or on object storage; objects listed, copied to this disk, put whole."""
