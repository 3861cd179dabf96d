"""What findings mean for the facade, for apps and for the next version."""
