"""`python -m facade.link` is the command `highlevel-associations link`."""
