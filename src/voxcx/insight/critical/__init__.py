"""Critical-error accuracy, apart for customer, business and compliance: where the errors are and who makes them."""
