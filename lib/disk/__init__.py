"""All that knows the file system. Knows nothing of Spotify."""
