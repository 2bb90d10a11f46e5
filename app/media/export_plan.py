"""What an export will do, decided before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.media.carry import CarryPlan, plan_carry
from app.media.codecs import Container, container_for
from app.media.container_limits import container_limits
from app.media.encode import EncoderSetup
from app.media.info import MediaInfo
from app.media.settings import ExportSettings
from app.media.setup import setup_for
from app.media.source_quality import data_in_pictures


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export will do, known before it starts.

    Attributes:
        setup: codec, options and pixel format.
        container: what is written, None for a picture sequence.
        carry: the streams beside the pictures.
        sentences: the same for people, pictures first.
    """

    setup: EncoderSetup
    container: Container | None
    carry: CarryPlan
    sentences: tuple[str, ...]


def plan_export(target: Path, info: MediaInfo, settings: ExportSettings, *, trimmed: bool = False) -> ExportPlan:
    """Decide codec, pixel format and what happens to every stream.

    Raises:
        UserError: the codec, the quality or the container cannot be had.
    """
    setup = setup_for(info, target, settings)
    lost = tuple(f"Dropped from inside the pictures: {words}." for words in data_in_pictures(info))
    if setup.codec.sequence:
        return ExportPlan(setup, None, CarryPlan(), (*setup.statements, *lost, *container_limits(info, None)))
    container = container_for(target, setup.codec)
    carry = plan_carry(info, container, trimmed=trimmed)
    limits = container_limits(info, container)
    return ExportPlan(setup, container, carry, (*setup.statements, *limits, *lost, *carry.sentences))
