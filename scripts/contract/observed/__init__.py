"""Compare observed responses of the API with the contract, and propose corrections."""
