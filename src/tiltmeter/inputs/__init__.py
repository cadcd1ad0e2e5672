"""What files of all kinds are read with: YAML with lines, numbers as people write them, distributions, draws."""
