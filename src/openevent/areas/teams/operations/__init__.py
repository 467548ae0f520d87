"""What changes of teams mean, one module a subject."""
