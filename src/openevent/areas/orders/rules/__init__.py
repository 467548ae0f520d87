"""Pure decisions about orders: what they cost, and what may become of them."""
