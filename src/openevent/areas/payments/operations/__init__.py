"""What happens to money: it is taken, it is checked, it goes back."""
