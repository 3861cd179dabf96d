"""Compare a page of HighLevel's documentation, saved as Markdown, with the contract."""
