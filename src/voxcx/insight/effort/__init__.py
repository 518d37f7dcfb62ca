"""What it cost the customer: CES as answered, an index of what costs effort, channels crossed, repeating oneself."""
