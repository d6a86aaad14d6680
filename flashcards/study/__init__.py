"""Testing oneself on a bank: what the page, the app and the terminal share, and the app itself."""
