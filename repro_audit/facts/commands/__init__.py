"""Commands: how a project says it is run."""
