"""Masks from clicks, boxes and rough masks: Segment Anything through ONNX Runtime or torch, GrabCut without weights."""
