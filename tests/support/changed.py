"""A name of a module that stands for something else for a while, in this process alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def changed(value: object, name: str, *modules: ModuleType) -> Iterator[None]:
    """In each of the modules, which must have it, `name` is `value`. Raises AttributeError for a module without it."""
    before = [getattr(module, name) for module in modules]
    for module in modules:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, old in zip(modules, before, strict=True):
            setattr(module, name, old)
