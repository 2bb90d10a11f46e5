"""VORNet (Chang, Liu, Hsu, "VORNet: Spatio-temporally Consistent Video Inpainting for Object Removal", 2019)."""
