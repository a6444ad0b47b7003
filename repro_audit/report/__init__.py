"""Results in, text out; nothing here decides anything."""
