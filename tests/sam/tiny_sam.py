"""Segment Anything with random weights, small enough for tests."""

from __future__ import annotations

from functools import partial


def tiny_sam() -> object:
    """Segment Anything with random weights, for pictures of 64 pixels a side."""
    import torch

    from models.sam.torch_segmenter import segment_anything

    segment_anything()
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    torch.manual_seed(5)
    return Sam(
        image_encoder=ImageEncoderViT(
            img_size=64,
            embed_dim=16,
            depth=2,
            num_heads=2,
            out_chans=32,
            use_rel_pos=True,
            window_size=2,
            global_attn_indexes=(1,),
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        ),
        prompt_encoder=PromptEncoder(
            embed_dim=32, image_embedding_size=(4, 4), input_image_size=(64, 64), mask_in_chans=4
        ),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3,
            transformer=TwoWayTransformer(depth=1, embedding_dim=32, mlp_dim=32, num_heads=2),
            transformer_dim=32,
            iou_head_depth=2,
            iou_head_hidden_dim=16,
        ),
    )
