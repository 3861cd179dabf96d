"""What the API was observed to answer, compared with the contract; mismatches become actions."""
