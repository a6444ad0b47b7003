"""Parameters of a project, a way to set each, and another value that each may have."""
