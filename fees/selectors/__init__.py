"""What reads: each noun in a file of its own."""
