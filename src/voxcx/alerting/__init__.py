"""HALL: a results folder and triggers → alerts.jsonl, cases.csv, a signed webhook with an outbox."""
