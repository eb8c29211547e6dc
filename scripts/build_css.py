"""Join static/css/src/*.css into the one file that the browser loads. Run by `make css`."""

import re
import sys
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"


def built() -> str:
    """The sources in the order of their names, without comments and indentation."""
    text = "\n".join(path.read_text() for path in sorted((CSS / "src").glob("*.css")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(";}", "}").strip() + "\n"


if __name__ == "__main__":
    (CSS / "store.css").write_text(built())
    sys.stdout.write(f"store.css: {len(built())} bytes\n")
