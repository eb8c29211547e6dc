"""`make clean`: removes the data folder, unless a running store holds it."""

import shutil
import sys
from pathlib import Path

from config.processes import StartError, Supervisor

DATA = Path(__file__).resolve().parent.parent / ".data"

if __name__ == "__main__":
    try:
        with Supervisor(DATA):
            sys.stdout.write(f"Removing {DATA}\n")
    except StartError as error:
        sys.exit(f"vitrina: {error}")
    shutil.rmtree(DATA)
