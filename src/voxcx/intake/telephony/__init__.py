"""Logs of telephone systems → calls in one neutral schema. In: log files. Out: CallRecord, and what fits no call."""
