"""What travels into a run and uses the project's app as a person would: starts it, asks it, ends it.

Standard library only, Python 3.7 to 3.13; what an app's own framework brings is used where it is there. The answer is
one line of JSON after `MARK`, the last that the run says.
"""
