"""The library behind the commands: reads, corrects, builds and compares contracts."""
