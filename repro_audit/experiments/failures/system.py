"""What a small image lacks of the system, and the Debian package that brings it."""

from __future__ import annotations

import re

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libSM.so.6": "libsm6",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libsndfile.so": "libsndfile1",
    "libsndfile.so.1": "libsndfile1",
}
PROGRAMS = {
    "bc": "bc",
    "bzip2": "bzip2",
    "convert": "imagemagick",
    "curl": "curl",
    "dot": "graphviz",
    "ffmpeg": "ffmpeg",
    "file": "file",
    "g++": "g++",
    "gcc": "gcc",
    "git": "git",
    "java": "default-jre-headless",
    "make": "make",
    "patch": "patch",
    "perl": "perl",
    "rsync": "rsync",
    "sqlite3": "sqlite3",
    "time": "time",
    "unzip": "unzip",
    "wget": "wget",
    "xvfb-run": "xvfb",
    "zip": "zip",
}
COMPILERS = "build-essential"
NO_COMPILER = re.compile(
    r"(?:command|unable to execute|No such file or directory:) ['\"]?(?:[\w-]+-)?(?:gcc|g\+\+|cc|c\+\+|clang)['\"]?"
    r"(?: failed: No such file|: No such file|\n|$)|Unknown compiler\(s\): |No CMAKE_C(?:XX)?_COMPILER could be found",
    re.MULTILINE,
)
NO_GIT = re.compile(
    r"Git executable not found|[Nn]o such file or directory:? ['\"(]*git['\")]|\bgit: (?:command )?not found"
)
NO_SYSTEM_PACKAGES = re.compile(r"/bin/sh -c apt-get|STEP \"RUN apt-get")  # the step that failed: no Debian, no network


def wanted_by_a_build(log: str) -> str:
    """The package of the system that a build of Python packages missed; empty where it missed none that is known."""
    if NO_GIT.search(log):
        return PROGRAMS["git"]
    return COMPILERS if NO_COMPILER.search(log) else ""
