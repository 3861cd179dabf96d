"""A page of HighLevel's documentation, saved as Markdown, compared with the contract."""
