"""What several machines share, in Redis: the pace, and what was seen."""
