"""What the wire says: the probe, recorded traffic, witnesses and pages, against the contract."""
