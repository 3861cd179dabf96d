"""The client, its resources and its transport."""
