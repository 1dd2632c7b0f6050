"""Training, evaluation and export of Cordon's segmentation networks (PyTorch 1.13 or newer, CPU or GPU)."""
