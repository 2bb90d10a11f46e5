"""The two adversarial terms (VORNet equations 3 and 4): in the paper's log form, and as a hinge."""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn import functional

Form = Literal["log", "hinge"]


def discriminator_loss(real: Tensor, fake: Tensor, form: Form) -> Tensor:
    """What a discriminator minimises.

    ``log``: -log D(B) - log(1 - D(O)), the negative of equations 3 and 4. ``hinge``: max(0, 1 - r) + max(0, 1 + f).

    Args:
        real: scores (logits) of the truth, any shape.
        fake: scores of the network's output, detached from it.
        form: ``log`` or ``hinge``.

    Raises:
        ValueError: an unknown form.
    """
    if form == "log":
        return functional.softplus(-real.float()).mean() + functional.softplus(fake.float()).mean()
    if form == "hinge":
        return functional.relu(1 - real.float()).mean() + functional.relu(1 + fake.float()).mean()
    raise ValueError(f"there is no adversarial loss {form!r}; there are log and hinge")


def generator_loss(fake: Tensor, form: Form) -> Tensor:
    """What the network minimises against a discriminator.

    ``log``: -log D(O), the usual stand-in for log(1 - D(O)) of equations 3 and 4: the same goal, but with a gradient
    while the discriminator is sure. ``hinge``: -f.

    Args:
        fake: scores (logits) of the output, any shape.
        form: ``log`` or ``hinge``.

    Raises:
        ValueError: an unknown form.
    """
    if form == "log":
        return functional.softplus(-fake.float()).mean()
    if form == "hinge":
        return -fake.float().mean()
    raise ValueError(f"there is no adversarial loss {form!r}; there are log and hinge")
