"""The promises, in the order a user meets them; `support` is what they are tried with."""
