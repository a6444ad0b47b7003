"""What travels into a run and notes, in every Python process, where the project touches what may differ next time.

Standard library only, Python 3.7 to 3.13. It must never change what a program computes: each hook is guarded, and
what cannot be watched safely is not watched. `sitecustomize.py` and `start.py` stand beside this package in a run.
"""
