"""The sheets of parcels, each followed by the label that its carrier has sent."""

import json
import logging
import subprocess
from collections.abc import Sequence
from tempfile import TemporaryFile

from core.documents import isolated
from shipping.papers import label_child
from shipping.papers.sheets import sheets_of
from shipping.waybills import Waybill

logger = logging.getLogger(__name__)
_MB = 1024 * 1024
MAX_LABEL = 5 * _MB
MAX_ALL = 60 * _MB
MAX_MEMORY = 768 * _MB
MAX_CPU_SECONDS = 20
MAX_SECONDS = 40


def sheets_with_carrier_labels(waybills: Sequence[Waybill]) -> tuple[bytes, list[Waybill]]:
    """
    Slips, our labels and the carriers' in one file, and the parcels whose carrier's is not in it.

    A label that is broken, locked, too long or too large is left out; nothing of it harms the rest.
    """
    own, ends = sheets_of(waybills)
    labels, left_out, room = [], [], MAX_ALL
    for waybill, end in zip(waybills, ends, strict=True):
        if not waybill.parcel.label:
            continue
        file = _read(waybill)
        if 0 < len(file) <= min(MAX_LABEL, room):
            labels.append((waybill, end, file))
            room -= len(file)
        else:
            left_out.append(waybill)
    if not labels:
        return own, left_out
    head = [len(own), [[end, len(file)] for _waybill, end, file in labels]]
    merged, refused = _merged(head, [own, *(file for _waybill, _end, file in labels)])
    if not merged:
        return own, left_out + [waybill for waybill, _end, _file in labels]
    return merged, left_out + [labels[number][0] for number in refused]


def _read(waybill: Waybill) -> bytes:
    """The label, as far as it may be long; nothing if it is not there any more."""
    try:
        with waybill.parcel.label.open() as file:
            return bytes(file.read(MAX_LABEL + 1))
    except OSError:
        logger.warning("The label of %s cannot be read", waybill.parcel.number)
        return b""


def _merged(head: object, files: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """What the child process makes of them, and which labels it has refused; or nothing."""
    program = isolated.command(label_child.__file__, memory=MAX_MEMORY, cpu_seconds=MAX_CPU_SECONDS)
    with TemporaryFile() as source:
        source.write(json.dumps(head).encode() + b"\n")
        source.writelines(files)
        source.seek(0)
        try:
            done = subprocess.run(
                program,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=MAX_SECONDS,
                check=True,
            )
        except subprocess.SubprocessError as error:
            logger.warning("The carriers' labels could not be put together: %s", error)
            return b"", []
    refused, _line, merged = done.stdout.partition(b"\n")
    return merged, json.loads(refused)
