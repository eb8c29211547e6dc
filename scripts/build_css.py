"""Join the CSS sources into the files that browsers load. Run by `make css`."""

import re
import sys
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
# Each file, and what it is made of in this order. The back office has the store's tokens; pages of
# one person load `private.css` beside `store.css`, those with large
# pictures `gallery.css`, the home page `home.css`.
FILES = {
    "store.css": ("src/*.css",),
    "home.css": ("home-src/*.css",),
    "gallery.css": ("gallery-src/*.css",),
    "private.css": ("private-src/*.css",),
    "guide.css": ("guide-src/*.css",),
    "admin.css": ("src/00-tokens.css", "admin-src/*.css"),
}


def built(name: str = "store.css") -> str:
    """The sources in the order of their names, without comments and indentation."""
    paths = [path for pattern in FILES[name] for path in sorted(CSS.glob(pattern))]
    text = "\n".join(path.read_text() for path in paths)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text).replace(";}", "}").replace(": ", ":")
    return re.sub(r"(?<=[ (,:])0\.(?=\d)", ".", text).strip() + "\n"


if __name__ == "__main__":
    for name in FILES:
        (CSS / name).write_text(built(name))
        sys.stdout.write(f"{name}: {len(built(name))} bytes\n")
