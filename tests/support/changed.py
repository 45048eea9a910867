"""A name of a module or class that stands for something else for a while, in this process alone."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def changed(value: object, name: str, *owners: object) -> Iterator[None]:
    """`name` of each module or class is `value`. Raises AttributeError where there is none."""
    before = [getattr(owner, name) for owner in owners]
    for owner in owners:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, old in zip(owners, before, strict=True):
            setattr(owner, name, old)
