"""A Spotify listening history in a plain file: everything behind the two scripts.

Arrows between modules go down only; README draws them and `tests/test_house.py` holds them.
"""
