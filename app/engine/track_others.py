"""Pixels that other objects have already: an object that is tracked without them takes none of theirs.

Their masks stay as they are. What the user made of them is theirs in any case. A tracked mask of theirs may have crept
over this object: it is believed but where the colours are this object's and none of theirs, and in frames nearer to an
anchor of this object than to one of theirs what speaks for either decides. An other in whose mask this object lies
where tracking starts has those pixels in common with it (a hat is its wearer's, or the mask was wrong), and bounds
nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.document import Document, DocumentObject, MaskOrigin
from app.core.masks import MaskBlob, bounding_box
from app.core.prompts import MaskPrompt
from app.engine.track_colours import FOUND_BEFORE, LEAST_LEANING, NEAR_PX, NOT_ITS_OWN, AnchorColours

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
FloatMap = NDArray[np.float32]

IN_COMMON = 0.75
"""Share of an object's mask at an anchor that lies in an other's from which on they have their pixels in common."""
_MARGIN_PX = round(3 * NEAR_PX)
_AS_FAR_AS_IT_IS_BLURRED = np.ones((2 * round(NEAR_PX) + 1,) * 2, np.uint8)
_OWN = -1


@dataclass(frozen=True, slots=True)
class Other:
    """An object that is not tracked now.

    Attributes:
        masks: by frame, of the clip's size.
        made: frames whose mask the user or another program made.
        anchors: frames that the user marked.
    """

    masks: Mapping[int, MaskBlob]
    made: Container[int] = ()
    anchors: frozenset[int] = frozenset()

    @classmethod
    def of(cls, target: DocumentObject) -> Other:
        """What a document says of it."""
        if target.origin is MaskOrigin.DRAWN:
            return cls(target.track, target.track, target.anchors)
        made = {prompt.frame for prompt in target.prompts if isinstance(prompt, MaskPrompt)}
        return cls(target.track, made, target.anchors)

    def at(self, index: int) -> MaskBlob | None:
        """Its mask in a frame; None if there is none, or nothing in it."""
        mask = self.masks.get(index)
        return None if mask is None or mask.is_empty else mask

    def frames_to_anchor(self, index: int) -> int:
        """How far a frame is from the nearest that the user marked; 0 if none is known."""
        return min((abs(index - anchor) for anchor in self.anchors), default=0)


Others = tuple[Other, ...]
NOBODY: Others = ()


def others_in(document: Document, tracked: Collection[int]) -> Others:
    """A document's other objects that have masks.

    Args:
        document: who there is.
        tracked: ids of those that are tracked now. Boxes that stand for an object are nobody's pixels, and shapes are
            drawn by hand and may lie where they like.
    """
    return tuple(
        Other.of(each)
        for each in document.objects
        if each.id not in tracked and each.origin is not MaskOrigin.STILL and each.track.marks_anything
    )


def facts_of(others: Others, frames: Iterable[int]) -> str:
    """Names what others have in these frames; empty if nothing."""
    frames = list(frames)
    said = hashlib.blake2b(digest_size=16)
    anything = False
    for number, other in enumerate(others):
        for index in frames:
            mask = other.at(index)
            if mask is not None:
                far = other.frames_to_anchor(index)
                said.update(f"{number} {index} {index in other.made} {far} ".encode() + mask.digest())
                anything = True
    return said.hexdigest() if anything else ""


class Bounds:
    """What others' masks leave to an object that is tracked from one anchor.

    Args:
        others: those that are not tracked now.
        frame: the anchor's.
        picture: ``(H, W, 3)`` uint8 RGB there, at the working size.
        mask: ``(H, W)`` bool, the object there.
        small: brings a mask of the clip's size to the working size.
    """

    def __init__(
        self, others: Others, frame: int, picture: View, mask: BoolMask, small: Callable[[MaskBlob], BoolMask]
    ) -> None:
        self._small, self._frame = small, frame
        self._colours = AnchorColours()
        self._others: dict[int, Other] = {}
        own = mask.copy()
        for number, other in enumerate(others):
            blob = other.at(frame)
            theirs = np.zeros_like(mask) if blob is None else small(blob)
            if np.count_nonzero(mask & theirs) > IN_COMMON * np.count_nonzero(mask):
                continue
            self._others[number] = other
            own &= ~theirs
            self._colours.learn(number, picture, theirs & ~mask)
        self._colours.learn(_OWN, picture, own)

    def __bool__(self) -> bool:
        """Whether anything bounds the object."""
        return bool(self._others)

    def beyond(self, index: int, picture: View, mask: BoolMask, claim: FloatMap) -> BoolMask:
        """``(H, W)`` bool: what of a mask in a frame is others'.

        Args:
            index: the frame.
            picture: ``(H, W, 3)`` uint8 RGB.
            mask: ``(H, W)`` bool, what is taken for the object.
            claim: ``(H, W)`` float32, 0 to 1, how much speaks for each pixel of it.
        """
        found = np.zeros_like(mask)
        for number, other in self._others.items():
            blob = other.at(index)
            if blob is None:
                continue
            theirs = mask & self._small(blob)
            if theirs.any() and index not in other.made:
                theirs &= ~self._rather_own(number, index, picture, theirs, claim)
            found |= theirs
        return found

    def _rather_own(self, number: int, index: int, picture: View, where: BoolMask, claim: FloatMap) -> BoolMask:
        """``(H, W)`` bool: what of another's tracked mask is the object's all the same, near where the two meet."""
        is_known = number in self._colours and _OWN in self._colours
        nearer = self._others[number].frames_to_anchor(index) > abs(index - self._frame)
        if not is_known:
            return np.asarray(claim > FOUND_BEFORE) if nearer else np.zeros_like(where)
        rather = np.zeros_like(where)
        box = bounding_box(where)
        rows = slice(max(0, box.y - _MARGIN_PX), box.bottom + _MARGIN_PX)
        columns = slice(max(0, box.x - _MARGIN_PX), box.right + _MARGIN_PX)
        leaning = self._colours.leaning(picture[rows, columns], (_OWN, number))
        if nearer:
            own = claim[rows, columns] * np.maximum(leaning[_OWN], LEAST_LEANING)
            rather[rows, columns] = own > FOUND_BEFORE * np.minimum(leaning[number], np.float32(1))
        else:
            sure = (leaning[number] < NOT_ITS_OWN).view(np.uint8)
            rather[rows, columns] = cv2.dilate(sure, _AS_FAR_AS_IT_IS_BLURRED)  # up to where colours change
        return rather
