"""Reading a repository: text in, values with their place out; nothing is run."""
