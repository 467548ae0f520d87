"""What happens to orders and their attendees."""
