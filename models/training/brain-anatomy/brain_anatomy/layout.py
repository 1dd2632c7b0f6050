"""Training's operations on (1, c, d, h, w) with channels last in memory, the layout in which convolutions are fastest.

The same numbers as the plain operations, which the exported graph keeps: no copy between two convolutions makes an
iteration 2.5 times as fast (PyTorch 2; 1.13 leaves the layout at every convolution and gains nothing).
"""

import torch
import torch.nn.functional as F

FILLED = 16


def channels_last(x: torch.Tensor) -> torch.Tensor:
    """A view (d, h, w, c)."""
    return x.squeeze(0).permute(1, 2, 3, 0)


def channels_first(x: torch.Tensor) -> torch.Tensor:
    """The view (1, c, d, h, w) of (d, h, w, c)."""
    return x.permute(3, 0, 1, 2).unsqueeze(0)


def pointwise(convolution: torch.nn.Conv3d, x: torch.Tensor) -> torch.Tensor:
    """A convolution of 1 x 1 x 1 as one product of matrices: PyTorch's own copies its maps first."""
    weight = convolution.weight[:, :, 0, 0, 0]
    return channels_first(F.linear(channels_last(x), weight, convolution.bias))


def convolve_few(convolution: torch.nn.Conv3d, x: torch.Tensor) -> torch.Tensor:
    """A convolution of 3 x 3 x 3; few inputs are filled up to FILLED with zeros: with 8, PyTorch's takes four times as long."""
    missing = FILLED - x.shape[1]
    if missing <= 0:
        return convolution(x)  # type: ignore[no-any-return]
    weight = F.pad(convolution.weight, (0,) * 7 + (missing,)).contiguous(memory_format=torch.channels_last_3d)
    return F.conv3d(channels_first(F.pad(channels_last(x), (0, missing))), weight, padding=1)


def interleave(x: torch.Tensor) -> torch.Tensor:
    """(1, 8c, d, h, w) to (1, c, 2d, 2h, 2w): channel 8 blocks become the 2 x 2 x 2 sub-voxels."""
    depth, height, width, channels = channels_last(x).shape
    y = channels_last(x).reshape(depth, height, width, 2, 2, 2, channels // 8).permute(0, 3, 1, 4, 2, 5, 6)
    return channels_first(y.reshape(2 * depth, 2 * height, 2 * width, channels // 8))


def halve(x: torch.Tensor) -> torch.Tensor:
    """Maxima of 2 x 2 x 2 voxels, as two poolings in the plane."""
    y = F.max_pool2d(channels_last(x).permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
    depth, height, width, channels = y.shape
    y = F.max_pool2d(y.reshape(1, depth, height * width, channels).permute(0, 3, 1, 2), (2, 1)).permute(0, 2, 3, 1)
    return channels_first(y.reshape(depth // 2, height, width, channels))


class InstanceNorm(torch.nn.InstanceNorm3d):
    """Instance normalisation; in training as batch normalisation of a batch of one, which is the same."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return super().forward(x)
        return F.batch_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)
