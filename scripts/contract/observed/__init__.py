"""The wire as a witness: what was observed, held against the contract, becomes overlay actions."""
