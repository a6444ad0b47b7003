"""The rules: one module per star. Each imports `repro_audit.rule` and nothing else of ours."""

from . import code, configuration, data, environment, evaluation

MODULES = (code, configuration, data, environment, evaluation)
