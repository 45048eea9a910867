"""What each clause of the rule is worth."""
