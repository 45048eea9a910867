"""A stand-in of Spotify on loopback, for the demo and the tests; nothing else may import it.

It asks of a client what Spotify asks, and answers a wrong request as Spotify does (the facts are in Spotify's
documentation of the authorization code flow, of PKCE and of the player, and in many bug reports).
"""
