"""Start the probe, then the sitecustomize that it hides. Read by every interpreter, old ones included."""

import os
import sys

if sys.version_info >= (3, 7):  # noqa: UP036
    _folder = os.path.dirname(os.path.abspath(__file__))
    try:
        with open(os.path.join(_folder, "start.py")) as _file:
            _code = compile(_file.read(), os.path.join(_folder, "start.py"), "exec")
        exec(_code, {"__file__": os.path.join(_folder, "start.py"), "__name__": "start"})
    except Exception:
        pass
    # The folder was only needed to get here. Whoever looks at sys.path sees what it would be without us.
    sys.path[:] = [_entry for _entry in sys.path if os.path.abspath(_entry or os.curdir) != _folder]
    sys.path_importer_cache.pop(_folder, None)

    from importlib.machinery import PathFinder

    _other = PathFinder.find_spec("sitecustomize")
    if _other is not None and _other.loader is not None:
        from importlib.util import module_from_spec

        _module = module_from_spec(_other)
        sys.modules["sitecustomize"] = _module
        _other.loader.exec_module(_module)
