"""
The web server: granian, whose workers are forked from a process that has loaded the store.

So they share in memory what none of them changes. Loaded by each for itself, it would lie there
once for each, and take each as long.
"""

import gc
import multiprocessing
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

from django.db import connections
from granian.cli import entrypoint

# Large, and each process comes to need them sooner or later: for papers, and to look for MongoDB.
SHARED = ("fpdf", "pymongo")


class WithoutNumpy:
    """
    Says that there is none.

    Libraries that draw load it where it happens to lie, 25 MB, and nothing of ours needs it.
    """

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """None, which leaves all others to Python."""
        if name == "numpy":
            raise ModuleNotFoundError(name=name)
        return None


def main() -> None:
    """Load the application that the command names first, and run granian with its arguments."""
    multiprocessing.set_start_method("fork")
    sys.meta_path.insert(0, WithoutNumpy())
    import_module(sys.argv[1].partition(":")[0])
    for library in SHARED:
        import_module(library)
    connections.close_all()  # no two processes may talk over one
    gc.collect()
    gc.freeze()  # or the first collection would write to every page, and none would be shared
    entrypoint()


if __name__ == "__main__":
    main()
