"""Begin once a process. A `.pth` file executes this where PYTHONPATH does not lead here; `__file__` must be given."""

import os
import sys

if sys.version_info >= (3, 7) and "repro_audit_probe" not in sys.modules:
    _here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, _here)
    try:
        from importlib import import_module

        import_module("repro_audit_probe.begin").begin()
    except Exception:
        pass
    if _here in sys.path:
        sys.path.remove(_here)
