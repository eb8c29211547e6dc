"""Cut the demo shop's pictures again from the photographs that `artwork/pictures.json` names.

The shop itself never runs this: the pictures are committed. It needs `pip install pillow` and a
folder with the photographs, laid out as `pictures/CREDITS.md` says:

    python demo/build_pictures.py PHOTOGRAPHS [--only WORD]
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from artwork.photographs import picture

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
QUALITY = 76

SPECS: dict[str, Any] = json.loads((HERE / "artwork" / "pictures.json").read_text("utf-8"))


def build(name: str, photographs: Path) -> None:
    target = PICTURES / f"{name}.webp"
    target.parent.mkdir(parents=True, exist_ok=True)
    made = picture(SPECS["pictures"][name], photographs, SPECS["hidden_marks"])
    made.save(target, quality=QUALITY, method=4)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cut the demo shop's pictures.")
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--only", default="", help="build the pictures whose name has this in it")
    options = parser.parse_args()
    names = [name for name in SPECS["pictures"] if options.only in name]
    with ProcessPoolExecutor() as pool:
        list(pool.map(build, names, [options.photographs] * len(names)))
    parser.exit(message=f"{len(names)} pictures\n")


if __name__ == "__main__":
    main()
