# Generated from facade/_async/__init__.py by `make generate`: edit that file instead.
"""The client, its resources and its transport."""
