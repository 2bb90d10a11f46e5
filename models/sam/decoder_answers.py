"""MobileSAM's decoder with every answer that it works out, not the one alone that it hands on; which is taken first.

Segment Anything's decoder has four answers for each prompt: one for prompts that leave no doubt, and three for a single
click, which may mean a thing, a part of it or a part of that (Kirillov et al. 2023, section 3). The published file
(ONNX) works all four out and picks one of them itself. Here they are outputs too, in a copy in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.sam.decoder_rows import UnknownDecoder

if TYPE_CHECKING:
    from onnx import GraphProto

ANSWERS, SCORES = "/Reshape_9_output_0", "/iou_prediction_head/layers.2/Gemm_output_0"
"""The new outputs: logits ``(1, 4, S, S)`` and how well the network believes each to fit ``(1, 4)``, both float32."""
_PICKED = {ANSWERS: "/Flatten", SCORES: "/Flatten_1"}
"""By output, the node that begins to pick from it."""
LARGER, WHOLE = 0.1, 0.12
"""So much more the larger part and the whole are believed than the network believes them itself, for whoever clicks
means a thing more often than a part of it."""
GROUND_SHARE, ONE_THING_SHARE = 0.5, 0.7
"""That holds for a whole that takes no more of the picture than this, for else it may be the ground, and of which this
much hangs together where the click is, for else it is several things. ``resources/benchmark/tracking.md`` says on which
stills all this was chosen."""


def likeliest_first(
    scores: NDArray[np.float32], logits: NDArray[np.float32], cell: tuple[int, int] | None
) -> NDArray[np.intp]:
    """The decoder's answers to clicks, the one to take first.

    Args:
        scores: ``(4,)``, how well the network believes each to fit: the answer for prompts that leave no doubt, then
            the smallest part, the larger part and the whole.
        logits: ``(4, rows, columns)``, the part of the answers that the picture takes.
        cell: row and column in it of a click that is all that was said; None if more was said.

    Returns:
        The places of three answers for a click that is all that was said, else of four.
    """
    if cell is None:
        return np.concatenate([[0], 1 + np.argsort(-scores[1:], kind="stable")])
    believed = scores[1:].copy()
    believed[1] += LARGER
    if _is_one_thing(logits[-1] > 0, cell):
        believed[2] += WHOLE
    return 1 + np.argsort(-believed, kind="stable")


def _is_one_thing(mask: NDArray[np.bool_], cell: tuple[int, int]) -> bool:
    """Whether a mask is most likely one thing, on which the click lies, and not the ground."""
    import cv2

    area = int(np.count_nonzero(mask))
    _, labels = cv2.connectedComponents(np.ascontiguousarray(mask).view(np.uint8))
    here = labels[min(cell[0], mask.shape[0] - 1), min(cell[1], mask.shape[1] - 1)]
    if not here or area > GROUND_SHARE * mask.size:
        return False
    return bool(np.count_nonzero(labels == here) >= ONE_THING_SHARE * area)


def with_all_answers(model: bytes) -> bytes:
    """The decoder with the outputs ``ANSWERS`` and ``SCORES``.

    Args:
        model: a file's content, the published one or one that was changed as ``decoder_rows`` does.

    Raises:
        UnknownDecoder: it is another one.
    """
    import onnx  # with what it brings 0.1 s, so not before a network is opened
    from google.protobuf.message import DecodeError
    from onnx import TensorProto, helper

    try:
        network = onnx.load_model_from_string(model)
    except DecodeError as error:
        raise UnknownDecoder(f"it is no ONNX file ({error})") from error
    for output in (ANSWERS, SCORES):
        if not _picks_from(network.graph, output):
            raise UnknownDecoder(f"it does not pick from {output}")
    for output, shape in ((ANSWERS, (1, 4, None, None)), (SCORES, (1, 4))):
        network.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, shape))
    file: bytes = network.SerializeToString()
    return file


def _picks_from(graph: GraphProto, output: str) -> bool:
    return any(node.name == _PICKED[output] and list(node.input) == [output] for node in graph.node)
