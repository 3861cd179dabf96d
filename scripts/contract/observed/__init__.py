"""Compare what the API was observed to answer with the contract, and propose corrections."""
