"""What travels into a run to speak with the system that the project is built on; it imports nothing of ours."""
