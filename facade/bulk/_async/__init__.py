"""The async functions, written by hand; the blocking ones in _sync are generated from them."""
