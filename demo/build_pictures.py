"""Draw the demo shop's pictures again, from `artwork/` and a folder of photographs.

The shop itself never runs this: the pictures are committed. It needs two packages more,
`pip install pillow resvg-py`, and the photographs in `assets/images` of npm's
`@vendure/create@1.9.7`:

    python demo/build_pictures.py PHOTOGRAPHS [--only WORD]
"""

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from artwork.drawings import cut_out, ground_for, on_ground, scene
from artwork.photographs import photograph
from PIL import Image

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
QUALITY = 80

Spec = dict[str, Any]


class Job(NamedTuple):
    """One picture: its path without ending, and whose it is."""

    path: str
    product: str = ""
    family: str = ""
    colour: str = ""


def read_json(path: Path) -> Spec:
    content: Spec = json.loads(path.read_text(encoding="utf-8"))
    return content


SPECS = read_json(HERE / "artwork" / "pictures.json")
COLOURS: dict[str, str] = read_json(HERE / "options_es.json")["colors"]


def product_jobs() -> Iterator[Job]:
    """Each picture that a product or a variant names, once."""
    for line in (HERE / "catalogue.jsonl").read_text(encoding="utf-8").splitlines():
        product = json.loads(line)
        colours = dict.fromkeys([product["image"], *product.get("images", [])], "")
        for variant in product["variants"]:
            options = variant["options"]
            if "image" in variant:
                colours[variant["image"]] = options.get("finish") or options.get("color") or ""
        key = product["id"].removeprefix("demo:")
        for image, colour in colours.items():
            yield Job(image.removesuffix(".webp"), key, product["category_path"][0], colour)


def all_jobs() -> list[Job]:
    shop = [path for path in [*SPECS["photos"], *SPECS["scenes"]] if "products/" not in path]
    return [*product_jobs(), *(Job(path) for path in shop)]


def picture(job: Job, photographs: Path) -> Image.Image:
    if job.path in SPECS["photos"]:
        return photograph(SPECS["photos"][job.path], photographs, SPECS["hidden_marks"])
    if job.path in SPECS["scenes"]:
        return scene(SPECS["scenes"][job.path])
    return drawn_product(job)


def drawn_product(job: Job) -> Image.Image:
    """The product's drawing in the variant's colour; `drawings` names another one for a colour."""
    specs = SPECS["drawings"]
    spec = specs.get(job.path.removeprefix("products/")) or specs[job.product]
    if job.colour in spec.get("drawings", {}):
        spec = spec | {"drawing": spec["drawings"][job.colour]}
    colour = COLOURS.get(job.colour)
    ground = ground_for(job.product, job.family, colour, SPECS["grounds"])
    return on_ground(cut_out(spec, colour or spec.get("colour")), ground)


def build(job: Job, photographs: Path) -> str:
    target = PICTURES / f"{job.path}.webp"
    target.parent.mkdir(parents=True, exist_ok=True)
    picture(job, photographs).convert("RGB").save(target, quality=QUALITY, method=6)
    return job.path


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the demo shop's pictures.")
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--only", default="", help="build the pictures whose path has this in it")
    options = parser.parse_args()
    jobs = [job for job in all_jobs() if options.only in job.path]
    with ProcessPoolExecutor() as pool:
        built = list(pool.map(build, jobs, [options.photographs] * len(jobs)))
    parser.exit(message=f"{len(built)} pictures\n")


if __name__ == "__main__":
    main()
