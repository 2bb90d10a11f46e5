"""The recursion over a clip (VORNet figure 2): outputs come back as the next frame's candidates, with the LSTM's state.

Training runs it over whole batches of short clips; ``models.vornet.refiner`` does the same, a frame at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from models.vornet.convlstm import LstmState
from models.vornet.refinement import Refined, RefinementNetwork
from models.vornet.sampling import compose_flows, flow_grid, warp

STEPS = (1, 3, 5)
"""The paper's k (section 4.2)."""
Batch = Mapping[str, Tensor]
Select = Callable[[Tensor, Tensor | None], Tensor]


def refine_step(
    network: RefinementNetwork,
    propagated: Tensor,
    inpainted: Tensor,
    conditions: Tensor,
    previous: tuple[Tensor, Tensor, LstmState | None] | None,
) -> Refined:
    """One frame of the residual head.

    Args:
        network: with three candidates, or two: then ``inpainted`` is not looked at.
        propagated: ``(B, 3, H, W)`` RGB in 0..1, the frame itself outside the hole.
        inpainted: the same of the image candidate.
        conditions: ``(B, C, H, W)``: hole, seen, guessed, risk.
        previous: the last output ``(B, 3, h, w)``, the grid ``(B, H, W, 2)`` that leads there, and the last state;
            None at the start of a shot.
    """
    hole = conditions[:, :1]
    warped, state = propagated, None
    if previous is not None:
        output, grid, state = previous
        warped = torch.lerp(propagated, warp(output, grid, propagated), hole)
        state = None if state is None else state.warped(grid)
    offered = [propagated, warped, inpainted][: network.candidates]
    refined: Refined = network(torch.stack(offered, 1), conditions, state)
    return refined


def roll_out(network: RefinementNetwork, batch: Batch) -> list[Refined]:
    """The residual head over a batch of clips.

    Args:
        network: with four conditions, and three candidates or two.
        batch: ``propagated`` and, for a third candidate, ``inpainted`` ``(B, T, 3, H, W)``; ``flow``
            ``(B, T, 2, H, W)`` to the previous frame in pixels; ``hole``, ``seen``, ``guessed``, ``risk``
            ``(B, T, 1, H, W)``.

    Returns:
        One answer a frame; the first has no previous output (its warped candidate is the propagated one).
    """
    conditions = torch.cat([batch[name] for name in ("hole", "seen", "guessed", "risk")], 2)
    inpainted = batch["inpainted"] if network.candidates > 2 else batch["propagated"]
    answers: list[Refined] = []
    previous: tuple[Tensor, Tensor, LstmState | None] | None = None
    frames = conditions.shape[1]
    for t in range(frames):
        answer = refine_step(network, batch["propagated"][:, t], inpainted[:, t], conditions[:, t], previous)
        answers.append(answer)
        if t + 1 < frames:
            previous = answer.picture.clamp(0, 1), flow_grid(batch["flow"][:, t + 1]), answer.state
    return answers


def paper_candidates(outputs: Sequence[Tensor], flows: Sequence[Tensor], frame: Tensor, hole: Tensor) -> list[Tensor]:
    """O_{t-k} warped into the hole for k in ``STEPS``, as far as there are so many past frames (section 3.1).

    Args:
        outputs: O_{t-1}, O_{t-2}, ... each ``(B, 3, H, W)``.
        flows: t -> t-1, t-1 -> t-2, ... each ``(B, 2, H, W)`` in pixels, the foreground's flow removed.
        frame: I_t, kept outside the hole; inside it stands where a flow leaves the picture.
        hole: ``(B, 1, H, W)``.
    """
    candidates: list[Tensor] = []
    flow: Tensor | None = None
    for step in range(1, min(len(outputs), max(STEPS)) + 1):
        flow = flows[0] if flow is None else compose_flows(flow, flows[step - 1])
        if step in STEPS:
            nearest = candidates[0] if candidates else frame
            candidates.append(torch.lerp(frame, warp(outputs[step - 1], flow_grid(flow), nearest), hole))
    return candidates


def roll_out_paper(network: RefinementNetwork, batch: Batch, select: Select) -> list[Refined]:
    """The paper's head over a batch of clips.

    Args:
        network: with one candidate and one condition (the hole).
        batch: ``frame``, ``inpainted`` ``(B, T, 3, H, W)``, ``flow`` ``(B, T, 2, H, W)``, ``hole`` ``(B, T, 1, H, W)``.
        select: picks from candidates ``(B, N, 3, H, W)`` by the previous result (None on the first frame, where there
            is only the inpainted candidate): ``(B, 3, H, W)``.
    """
    answers: list[Refined] = []
    outputs: list[Tensor] = []
    flows: list[Tensor] = []
    state: LstmState | None = None
    for t in range(batch["hole"].shape[1]):
        frame, hole = batch["frame"][:, t], batch["hole"][:, t]
        if t:
            flows.insert(0, batch["flow"][:, t])
        warped = paper_candidates(outputs, flows, frame, hole)
        candidates = torch.stack([*warped, batch["inpainted"][:, t]], 1)
        chosen = select(candidates, outputs[0] if outputs else None)
        answer: Refined = network(chosen[:, None], hole, state)
        answers.append(answer)
        state = answer.state
        outputs = [answer.picture.clamp(0, 1), *outputs[: max(STEPS) - 1]]
        flows = flows[: max(STEPS)]
    return answers
