# Generated from facade/bulk/_async/__init__.py by `make generate`: edit that file instead.
"""The async functions, written by hand; the blocking ones in _sync are generated from them."""
