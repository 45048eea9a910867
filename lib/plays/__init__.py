"""The heart: which looks at the player and which recent plays are one play. Pure: no clock, no I/O."""
