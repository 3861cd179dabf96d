"""What the blocking and the async client share; no app imports it."""
