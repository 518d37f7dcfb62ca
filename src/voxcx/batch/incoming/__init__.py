"""What a source holds and what is known of each interaction before it is done: keys, contacts, what agents wrote."""
