"""One customer's way across channels, and what it does when the agent is handed what the customer already told."""
