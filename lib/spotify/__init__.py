"""All that knows Spotify's http. Knows nothing of the disk."""
