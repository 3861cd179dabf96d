"""The command `highlevel-associations`: needs `pip install "highlevel-associations[cli]"`."""
