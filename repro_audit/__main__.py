"""`python -m repro_audit`."""

from .cli import main

main()
