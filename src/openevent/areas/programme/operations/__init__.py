"""What a change of the programme means."""
