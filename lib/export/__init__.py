"""Spotify's own export of what someone listened to: read it, merge it into the history, compare it with the log."""
