"""The command `highlevel-associations`."""
