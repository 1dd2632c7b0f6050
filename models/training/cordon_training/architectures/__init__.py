"""The architectures by name, and how each is built for a task."""

from typing import Callable, Dict, Tuple

from torch import nn

from ..tasks import Task
from .fcn import Fcn
from .mask_rcnn import mask_rcnn
from .nonlocal_unet import NonLocalUNet
from .patch_cnn import PatchCnn
from .pspnet import PspNet
from .segnet import SegNet
from .unet import UNet
from .unetpp import UNetPlusPlus
from .vnet import VNet


def _vnet(task: Task) -> nn.Module:
    if task.volumetric:
        return VNet(1, task.class_count, dimensions=3, kernel=3)
    return VNet(task.channels, task.class_count, dimensions=2, kernel=5)


def _mask_rcnn(task: Task) -> nn.Module:
    crowded = task.id == "nuclei"
    return mask_rcnn(
        task.channels,
        task.class_count,
        task.size[0] * task.detector_scale,
        anchors=task.anchors,
        proposals=300 if crowded else 50,
        detections=150 if crowded else 10,
    )


BUILDERS: Dict[str, Callable[[Task], nn.Module]] = {
    "patch-cnn": lambda task: PatchCnn(task.channels, task.class_count),
    "fcn32s": lambda task: Fcn(task.channels, task.class_count, 32),
    "fcn8s": lambda task: Fcn(task.channels, task.class_count, 8),
    "unet": lambda task: UNet(task.channels, task.class_count),
    "unet-no-norm": lambda task: UNet(task.channels, task.class_count, normalise=False),
    "unet-dropout": lambda task: UNet(task.channels, task.class_count, dropout=0.3),
    "unetpp": lambda task: UNetPlusPlus(task.channels, task.class_count),
    "nonlocal-unet": lambda task: NonLocalUNet(task.channels, task.class_count),
    "vnet": _vnet,
    "segnet": lambda task: SegNet(task.channels, task.class_count),
    "pspnet": lambda task: PspNet(task.channels, task.class_count),
    "mask-rcnn": _mask_rcnn,
}

TITLES: Dict[str, Tuple[str, str]] = {
    "patch-cnn": ("Patch CNN", "Ciresan et al., NIPS 2012"),
    "fcn32s": ("FCN-32s", "Long, Shelhamer, Darrell, CVPR 2015"),
    "fcn8s": ("FCN-8s", "Long, Shelhamer, Darrell, CVPR 2015"),
    "unet": ("U-Net", "Ronneberger, Fischer, Brox, MICCAI 2015"),
    "unetpp": ("U-Net++", "Zhou et al., DLMIA 2018"),
    "nonlocal-unet": ("Non-local U-Net", "Wang et al., AAAI 2020"),
    "vnet": ("V-Net", "Milletari, Navab, Ahmadi, 3DV 2016"),
    "segnet": ("SegNet", "Badrinarayanan, Kendall, Cipolla, IEEE TPAMI 2017"),
    "pspnet": ("PSPNet", "Zhao et al., CVPR 2017"),
    "mask-rcnn": ("Mask R-CNN", "He et al., ICCV 2017"),
}


def build(architecture: str, task: Task) -> nn.Module:
    """A fresh network of the named architecture for a task; KeyError lists nothing, so names are checked here."""
    if architecture not in BUILDERS:
        raise ValueError(f"unknown architecture {architecture} - known: {', '.join(sorted(BUILDERS))}")
    return BUILDERS[architecture](task)
