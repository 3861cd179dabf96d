"""The parts of the documentation's site that are made of code and contract."""
