"""The fixed split."""

from __future__ import annotations

from collections import Counter

from models.training.data.split import half_of, is_training_clip, read_split


def test_no_clip_is_in_both_halves() -> None:
    assert not read_split("tuning").clips & read_split("validation").clips


def test_each_half_has_twelve_backgrounds_or_more_a_third_of_them_soft() -> None:
    for half in ("tuning", "validation"):
        backgrounds = read_split(half).backgrounds
        kinds = Counter(backgrounds.values())
        assert len(backgrounds) >= 12
        assert kinds["soft"] * 3 >= len(backgrounds) and kinds["static"] >= 3 and kinds["rigid"] >= 3


def test_validation_clips_are_never_trained_on() -> None:
    assert not any(is_training_clip(name) for name in read_split("validation").clips)
    assert all(is_training_clip(name) for name in read_split("tuning").clips)
    assert is_training_clip("somebody_elses_clip")


def test_an_unknown_clip_always_falls_into_the_same_half() -> None:
    assert half_of("clip_a") == half_of("clip_a")
    assert {half_of(f"clip_{number}") for number in range(20)} == {"tuning", "validation"}
    assert half_of("davis_cows") == "validation" and half_of("davis_dog") == "tuning"
