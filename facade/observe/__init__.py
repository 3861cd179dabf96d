"""Record what HighLevel really sends, as shapes: `AssociationsClient(..., observe=Recorder())`.

A shape is an operation, a status, and which fields came with which JSON types, how often. Values
are kept only of fields that have a closed set of them. `python -m scripts.observed FILE` compares
what is saved with the contract.
"""

from facade.observe.recorder import Observer, Recorder

__all__ = ["Observer", "Recorder"]
