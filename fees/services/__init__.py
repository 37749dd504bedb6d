"""What writes: each noun in a file of its own."""
