"""The tests: README.md lists what they promise, `support` has what they share."""
