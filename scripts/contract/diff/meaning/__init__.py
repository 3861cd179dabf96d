"""What findings mean for us: for the facade, for apps, for the next version."""
