"""A page of HighLevel's documentation site as a witness, as a scraper keeps it."""
