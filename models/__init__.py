"""What is kept: tables, the store, and the questions asked of them."""
