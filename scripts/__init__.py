"""Commands that carry the contract from document to code: one verb each, thin."""
