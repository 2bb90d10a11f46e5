"""The generative inpainting network's training."""
