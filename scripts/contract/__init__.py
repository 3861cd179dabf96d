"""The library behind the commands: reads, corrects, builds and judges contracts."""
