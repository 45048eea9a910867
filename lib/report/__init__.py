"""The history as a page to look at."""
