"""The manifest of a shipped model: what a program needs to run it exactly as it was trained and measured.

The keys outside `cordon` are those of a MONAI bundle's metadata.json (it is bundle-shaped, not a bundle,
because a bundle must hold a model.pt).  models/manifest.schema.json describes it.
"""

import hashlib
from pathlib import Path
from typing import Any, Dict, List

from .architectures import TITLES
from .provenance import PROVENANCE
from .tasks import HIPPOCAMPUS, LUNGS, NUCLEI, VENTRICLE, Task

VERSION = "0.1.0"
NORMALISE: List[Dict[str, Any]] = [
    {"op": "clipPercentiles", "low": 0.5, "high": 99.5, "interpolation": "linear", "over": "crop"},
    {"op": "zScore", "over": "crop", "degreesOfFreedom": 0, "epsilon": 1e-8},
]


def sha256(path: Path) -> str:
    """Hash of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def preprocessing(task: Task, architecture: str) -> List[Dict[str, Any]]:
    """The steps from the source image to the network's input, in order."""
    if task is HIPPOCAMPUS:
        steps: List[Dict[str, Any]] = [
            {"op": "orient", "axes": "RAS", "note": "array axes 0, 1, 2 run to right, anterior, superior"},
            {"op": "crop", "mode": "userBox", "maximumMm": [48, 64, 48], "note": "a box around one hippocampus"},
            {"op": "resample", "spacingMm": [1, 1, 1], "interpolation": "linear", "centres": "halfVoxel", "outside": "edge"},
            *NORMALISE,
            {"op": "pad", "size": [48, 64, 48], "value": 0, "placement": "centreFloor"},
        ]
        if architecture == "vnet":
            return [*steps, {"op": "layout", "order": "NCDHW", "axes": ["batch", "channel", 0, 1, 2]}]
        steps += [
            {"op": "pad", "size": [48, 64, 64], "value": 0, "placement": "centreFloor"},
            {"op": "slices", "axis": 0, "neighbours": [-1, 0, 1], "outside": "zero", "rows": 1, "columns": 2},
        ]
    elif task is LUNGS:
        steps = [
            {"op": "grayscale", "photometric": "MONOCHROME2", "note": "invert MONOCHROME1, so that bone is bright"},
            {"op": "orient", "axes": "asDisplayed", "note": "rows run down, columns to the right of the displayed image"},
            {"op": "resize", "size": [128, 128], "interpolation": "area", "note": "mean over the exact area of each target pixel; aspect ratio is not kept"},
            *NORMALISE,
            {"op": "slices", "axis": "image", "neighbours": [0], "outside": "zero", "rows": "rows", "columns": "columns"},
        ]
    elif task is VENTRICLE:
        steps = [
            {"op": "orient", "axes": "asStored"},
            {"op": "resample", "spacingMm": [1.3, 1.3], "interpolation": "linear", "centres": "halfVoxel", "outside": "edge",
             "acceptedMm": [1.0, 1.7], "note": "only where the spacing is outside the accepted range"},
            {"op": "crop", "mode": "centre", "size": [128, 128], "pad": "edge",
             "note": "offset floor((extent - 128) / 2), or centred on a box that the user draws"},
            *NORMALISE,
            {"op": "slices", "axis": "image", "neighbours": [0], "outside": "zero", "rows": "rows", "columns": "columns"},
        ]
    else:
        steps = [
            {"op": "grayscale", "photometric": "MONOCHROME2"},
            {"op": "orient", "axes": "asStored"},
            {"op": "tile", "size": [256, 256], "overlap": 0.5, "note": "an image of 256 x 256 is one tile"},
            *NORMALISE,
            {"op": "slices", "axis": "image", "neighbours": [0], "outside": "zero", "rows": "rows", "columns": "columns"},
        ]
    if architecture == "mask-rcnn" and task.detector_scale > 1:
        steps.append({"op": "enlarge", "factor": task.detector_scale, "interpolation": "linear", "centres": "halfVoxel"})
    return steps


def postprocessing(task: Task, architecture: str) -> List[Dict[str, Any]]:
    """The steps from the network's output to labels on the source grid, in order."""
    steps: List[Dict[str, Any]] = []
    if architecture != "mask-rcnn":
        steps.append({"op": "softmax", "axis": 1})
    elif task is NUCLEI:
        return [
            {"op": "detections", "scoreThreshold": 0.5, "maskThreshold": 0.5},
            {"op": "instances", "overlap": "highestScoreWins"},
        ]
    else:
        steps.append({"op": "detections", "scoreThreshold": 0.5, "maskThreshold": 0.0})
        steps.append({"op": "paintMaximum", "note": "class probability = largest score x mask; background = 1 - largest class"})
        if task.detector_scale > 1:
            steps.insert(1, {"op": "reduce", "factor": task.detector_scale, "interpolation": "area", "note": "score x mask of each instance"})
    steps.append({"op": "unpad", "note": "undo pad and crop; background outside"})
    if task in (HIPPOCAMPUS, LUNGS, VENTRICLE):
        steps.append({"op": "resampleToSource", "of": "probabilities", "interpolation": "linear", "centres": "halfVoxel", "outside": "edge"})
    return [*steps, {"op": "argmax"}]


def detector(task: Task) -> Dict[str, Any]:
    """The numbers of Mask R-CNN's detection logic, as in torchvision 0.14."""
    crowded = task is NUCLEI
    size = task.size[0] * task.detector_scale
    return {
        "imageSize": [size, size],
        "levels": ["p2", "p3", "p4", "p5"],
        "strides": [4, 8, 16, 32],
        "anchorSizes": list(task.anchors),
        "aspectRatios": [0.5, 1.0, 2.0],
        "anchorRounding": "halfToEven of the base anchor's corners",
        "proposals": {
            "preNmsPerLevel": 600 if crowded else 100,
            "nmsIou": 0.7,
            "postNms": 300 if crowded else 50,
            "minimumSize": 1e-3,
            "scoreThreshold": 0.0,
            "boxWeights": [1, 1, 1, 1],
            "nms": "per level",
        },
        "boxes": {"scoreThreshold": 0.05, "nmsIou": 0.5, "maximum": 150 if crowded else 10, "boxWeights": [10, 10, 5, 5],
                  "minimumSize": 1e-2, "nms": "per class"},
        "deltaClamp": 4.135166556742356,
        "roiAlign": {"boxSize": 7, "maskSize": 14, "samplingRatio": 2, "aligned": False, "canonicalScale": 224, "canonicalLevel": 4,
                     "levelEpsilon": 1e-6},
        "maskPaste": "torchvision paste_masks_in_image, padding 1, bilinear with align_corners false",
    }


def network_format(task: Task, architecture: str) -> Dict[str, Any]:
    """MONAI's network_data_format."""
    rows, columns = task.size
    volume = architecture == "vnet" and task.volumetric
    factor = task.detector_scale if architecture == "mask-rcnn" else 1
    shape = [task.volume_depth, rows, columns - 2 * task.margin] if volume else [rows * factor, columns * factor]
    channels = 1 if volume else task.channels
    names = {1: ["image"], 3: ["slice-1", "slice", "slice+1"]}[channels]
    modality = PROVENANCE[task.id].modality
    labels = {"0": "background", **{str(term.value): term.name for term in task.classes}}
    return {
        "inputs": {
            "input": {
                "type": "image", "format": "magnitude", "modality": modality, "num_channels": channels,
                "spatial_shape": shape, "dtype": "float32", "value_range": [-10, 10], "is_patch_data": False,
                "channel_def": {str(index): name for index, name in enumerate(names)},
            }
        },
        "outputs": {
            "logits" if architecture != "mask-rcnn" else "detections": {
                "type": "probabilities" if architecture == "mask-rcnn" else "logits",
                "format": "segmentation", "num_channels": task.class_count,
                "spatial_shape": shape, "dtype": "float32", "value_range": [], "is_patch_data": False, "channel_def": labels,
            }
        },
    }


def classes(task: Task) -> List[Dict[str, Any]]:
    """Coded terms per channel; channel = value."""
    result = []
    for term in task.classes:
        modifiers = [{"scheme": "SCT", "value": term.modifier[0], "meaning": term.modifier[1]}] if term.modifier[0] else []
        result.append(
            {
                "value": term.value,
                "name": term.name,
                "category": {"scheme": "SCT", "value": "91723000", "meaning": "Anatomical Structure"},
                "type": {"scheme": "SCT", "value": term.code, "meaning": term.meaning},
                "typeModifiers": modifiers,
                "rgb": list(term.rgb),
            }
        )
    return result


def build_manifest(
    task: Task, architecture: str, folder: Path, files: List[Dict[str, Any]], golden: Dict[str, Any], training: Dict[str, Any],
    metrics: Dict[str, Any],
) -> Dict[str, Any]:
    """The whole metadata.json; `files` carry path, role and providers, bytes and hashes are added here."""
    facts = PROVENANCE[task.id]
    title, paper = TITLES[architecture]
    volume = architecture == "vnet" and task.volumetric
    mode = "detector" if architecture == "mask-rcnn" else "volume" if volume else "slices"
    inference: Dict[str, Any] = {"mode": mode, "batch": 1 if mode != "slices" else task.test_batch}
    if mode == "detector":
        inference["detector"] = detector(task)
    return {
        "version": VERSION,
        "changelog": {VERSION: "first training in this repository"},
        "task": task.title,
        "description": f"{title} ({paper}) for: {task.title}",
        "authors": "the Cordon developers",
        "copyright": f"the Cordon developers; weights: {facts.weights_licence}",
        "intended_use": facts.intended_use,
        "data_source": facts.data,
        "data_type": "nibabel" if task is HIPPOCAMPUS else "png",
        "references": [paper, *facts.references],
        "eval_metrics": metrics,
        "network_data_format": network_format(task, architecture),
        "cordon": {
            "schema": "cordon-model/1",
            "id": f"{task.id}-{architecture}",
            "title": f"{task.title}: {title}",
            "architecture": architecture,
            "modalities": {"MR": ["MR"], "DX": ["DX", "CR"], "SM": ["SM", "GM", "OT"]}[facts.modality],
            "files": [
                {**entry, "bytes": (folder / entry["path"]).stat().st_size, "sha256": sha256(folder / entry["path"])}
                for entry in files
            ],
            "opset": 16,
            "weights": "stored in 16 bits, widened to 32 bits by Cast when the graph is loaded",
            "preprocessing": preprocessing(task, architecture),
            "inference": inference,
            "postprocessing": postprocessing(task, architecture),
            "classes": classes(task),
            "golden": golden,
            "training": training,
            "licence": {"weights": facts.weights_licence, "data": facts.data_licence},
            "contraIndications": list(facts.contra_indications),
            "regulatoryStatus": "Research use only. Not a medical device.",
        },
    }
