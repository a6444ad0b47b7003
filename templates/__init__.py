"""The Jinja templates, addressed as the package `repro_audit.templates`."""
