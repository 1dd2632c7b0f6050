"""The manifest of a brain network, and what cards and manifests say about it."""

from pathlib import Path
from typing import Any, Dict

from cordon_training.manifest import sha256

from .graph import GRID
from .synthesise import SPACING_MM
from .targets import targets_of
from .terms import classes, head_settings

CHANGELOGS: Dict[str, Dict[str, str]] = {
    "quality": {
        "0.4.0": "the second network trained on; what both answer is smoothed along two axes, so that borders have no stripes",
        "0.3.0": "a second network, behind the fast one, sees the evidence of the first pass and corrects it",
        "0.2.0": "how bright each tissue is gets estimated from the image itself, with the network as prior; trained on",
        "0.1.0": "first training in this repository",
    },
    "fast": {
        "0.3.0": "what the network answers is smoothed along two axes, so that borders have no stripes",
        "0.2.0": "how bright each tissue is gets estimated from the image itself, with the network as prior; trained on",
        "0.1.0": "first training in this repository",
    },
}
IDS = {"quality": "brain-anatomy-unet", "fast": "brain-anatomy-unet-fast"}
TITLES = {"quality": "Brain structures", "fast": "Brain structures (fast)"}
LARGEST_GRAPH = {"quality": 6_000_000, "fast": 2_500_000}
LICENCE = "MIT; the label maps behind the synthesised images are Apache-2.0"
DATA = (
    "20 whole-head label maps of adults (BBillot/SynthSeg, training_label_maps, Apache-2.0); maps 1-16 for training, 17-18 for validation, "
    "19-20 for testing. Every image was synthesised from them; no patient image was used."
)
USE = (
    "Research. Labels 30 structures of the adult brain on a magnetic resonance image of the whole head, whatever its contrast, orientation "
    "and slice thickness, and gives their volumes."
)
NOT_FOR = (
    "children: all label maps are of adults",
    "large lesions, haemorrhage, resection or other surgery: what replaces or displaces tissue is labelled as what should be there",
    "anything that is not a whole head: other regions are refused where volume, symmetry and completeness show it, which is no guarantee",
    "the shape of the cortex: voxels of 2 mm are too coarse for folds and thickness",
    "CT and contrast agents in the blood: neither was synthesised",
    "diagnosis, and any decision about one patient",
)
PAPERS = (
    "Billot et al., SynthSeg: Segmentation of brain MRI scans of any contrast and resolution without retraining, Med Image Anal 86:102789, 2023",
    "Van Leemput et al., Automated model-based tissue classification of MR images of the brain, IEEE TMI 18:897, 1999",
    "Ashburner and Friston, Unified segmentation, NeuroImage 26:839, 2005",
    "Puonti et al., SAMSEG: Fast and sequence-adaptive whole-brain segmentation using parametric Bayesian modeling, NeuroImage 143:235, 2016",
    "Ronneberger et al., U-Net, MICCAI 2015",
    "Cicek et al., 3D U-Net, MICCAI 2016",
)


def network_format() -> Dict[str, Any]:
    """MONAI's network_data_format."""
    names = {"0": "background", **{str(item["value"]): item["name"] for item in classes()}}
    common = {"spatial_shape": list(GRID), "num_channels": 1, "dtype": "float32", "is_patch_data": False}
    head = {"type": "image", "format": "magnitude", "modality": "MR", **common, "value_range": [0, 1], "channel_def": {"0": "image"}}
    labels = {"type": "labels", "format": "segmentation", **common, "value_range": [0, len(classes())], "channel_def": names}
    return {"inputs": {"input": head}, "outputs": {"labels": labels}}


def build_manifest(
    name: str, folder: Path, golden: Dict[str, Any], training: Dict[str, Any], metrics: Dict[str, Any]
) -> Dict[str, Any]:
    """The whole metadata.json."""
    graph = folder / "model.onnx"
    targets = targets_of(metrics)
    missed = sum(not target.reached for target in targets)
    return {
        "version": next(iter(CHANGELOGS[name])),
        "changelog": CHANGELOGS[name],
        "task": "Brain anatomy (MR, any contrast)",
        "description": "30 structures of the adult brain with their volumes, left and right apart, on a head MR of any contrast.",
        "authors": "the Cordon developers",
        "copyright": f"the Cordon developers; weights: {LICENCE}",
        "intended_use": USE,
        "data_source": DATA,
        "data_type": "nibabel",
        "references": list(PAPERS),
        "eval_metrics": {**metrics, "targets": {"missed": missed, "of": len(targets)}},
        "network_data_format": network_format(),
        "cordon": {
            "schema": "cordon-model/1",
            "id": IDS[name],
            "title": TITLES[name],
            "architecture": "unet",
            "modalities": ["MR"],
            "files": [
                {
                    "path": graph.name, "role": "model", "providers": ["wasm"], "outputs": ["labels"],
                    "bytes": graph.stat().st_size, "sha256": sha256(graph),
                }
            ],
            "opset": 16,
            "weights": "stored in 16 bits, widened to 32 bits by Cast when the graph is loaded",
            "preprocessing": [
                {"op": "conform", "size": list(GRID), "spacingMm": SPACING_MM, "interpolation": "linear", "outside": "smallest",
                 "note": "axes to right, anterior, superior; centred on the field of view, of which a longer one keeps its upper end; "
                 "once more around the labels where their middle is 6 mm or more off; finer axes are smoothed first"},
                {"op": "clipPercentiles", "low": 0.5, "high": 99.5, "interpolation": "linear", "over": "grid"},
                {"op": "unitScale", "note": "to 0..1 between the two percentiles"},
            ],
            "inference": {"mode": "labels", "batch": 1, "head": head_settings()},
            "postprocessing": [
                {"op": "keepLargest", "note": "6 neighbours, all labels together"},
                {"op": "labelsToSource", "interpolation": "linear",
                 "note": "the label with the largest linear weight; a tie goes to the voxel further from the middle plane, then to the front, "
                 "then up"},
            ],
            "classes": classes(),
            "golden": golden,
            "training": training,
            "licence": {"weights": LICENCE, "data": "Apache-2.0"},
            "contraIndications": list(NOT_FOR),
            "regulatoryStatus": "Research use only. Not a medical device.",
        },
    }  # fmt: skip
