"""Processes that others start, and that may end at any time."""

import psutil


def command_line(process: psutil.Process) -> str:
    """Its words, or nothing once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
