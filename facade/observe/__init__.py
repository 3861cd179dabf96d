"""Record what HighLevel really sends, as shapes: `AssociationsClient(..., observe=Recorder())`.

A shape is an operation, a status, and which fields came with which JSON types, how often. Values
are kept of closed vocabularies only. `python -m scripts.observed FILE` compares what is
saved with the contract.
"""

from facade.observe.recorder import Observer, Recorder

__all__ = ["Observer", "Recorder"]
