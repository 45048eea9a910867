"""All that knows Spotify's wire. Knows nothing of the disk."""
