"""What the cards and manifests say about each task: data, licences, use, limits and targets."""

from dataclasses import dataclass
from typing import Dict, Tuple


@dataclass(frozen=True)
class Provenance:
    """Statements about one task; the text is for readers of the model card."""

    modality: str
    data: str
    data_licence: str
    weights_licence: str
    references: Tuple[str, ...]
    intended_use: str
    contra_indications: Tuple[str, ...]
    target: str


PROVENANCE: Dict[str, Provenance] = {
    "hippocampus-mr": Provenance(
        "MR",
        "Medical Segmentation Decathlon, Task04 Hippocampus: 260 T1-weighted crops at 1 mm with expert labels of the "
        "anterior and posterior hippocampus; left and right of one person are kept in one part of the split.",
        "CC BY-SA 4.0",
        "CC BY-SA 4.0",
        (
            "Antonelli et al., The Medical Segmentation Decathlon, Nat Commun 13:4128, 2022",
            "Simpson et al., arXiv:1902.09063, 2019",
        ),
        "Research. Outlines the anterior and posterior hippocampus inside a box that the user draws around one "
        "hippocampus on a T1-weighted MR image.",
        (
            "a field of view wider than one hippocampus and its surroundings (48 x 64 x 48 mm)",
            "contrasts other than T1, CT",
            "children, and brains whose medial temporal lobe is displaced or resected",
        ),
        "mean Dice 0.88 for U-Net, U-Net++ and V-Net; 0.85 for FCN-8s, SegNet and PSPNet; 0.80 for FCN-32s and the patch CNN",
    ),
    "lungs-cxr": Provenance(
        "DX",
        "Montgomery County chest X-ray set of the U.S. National Library of Medicine: 138 frontal radiographs (80 normal, "
        "58 with tuberculosis), masks drawn under a radiologist's supervision; reduced to 512 x 512 by the source, "
        "which squeezed them to a square.",
        "public release of the U.S. National Library of Medicine for research, citation required",
        "MIT; the training data ask for citation of Jaeger 2014 and Candemir 2014",
        (
            "Jaeger et al., Two public chest X-ray datasets, Quant Imaging Med Surg 4(6):475, 2014",
            "Candemir et al., Lung segmentation in chest radiographs, IEEE TMI 33(2):577, 2014",
        ),
        "Research. Outlines both lung fields on one frontal chest radiograph of an adult.",
        (
            "lateral views, children, images cropped to one lung",
            "measurement in millimetres: the training images lost their pixel spacing",
            "opaque hemithorax and large effusions, of which the training data hold few",
        ),
        "Dice 0.96 for U-Net, U-Net++ and PSPNet",
    ),
    "lv-cine-mr": Provenance(
        "MR",
        "Sunnybrook Cardiac Data: 45 patients (heart failure with and without infarction, hypertrophy, normal), 805 "
        "short-axis cine slices of 256 x 256 with the endocardial contour drawn by an expert; the slices lost their "
        "pixel spacing.",
        "CC0 1.0",
        "MIT",
        ("Radau et al., Evaluation framework for algorithms segmenting short axis cardiac MRI, MIDAS Journal 2009",),
        "Research. Outlines the cavity of the left ventricle on one short-axis cine slice.",
        (
            "long-axis views, other sequences than steady-state cine",
            "slices without the left ventricle: every training slice has one",
            "volumes in millilitres without the spacing of the image being segmented",
        ),
        "Dice 0.90",
    ),
    "nuclei": Provenance(
        "SM",
        "2018 Data Science Bowl (BBBC038), corrected stage-1 training set: the 334 greyscale fluorescence images of "
        "256 x 256 pixels with one mask a nucleus. The set names no subjects, so the split is by image.",
        "CC0 1.0",
        "MIT",
        ("Caicedo et al., Nucleus segmentation across imaging experiments, Nat Methods 16:1247, 2019",),
        "Research. Finds and outlines single nuclei on greyscale fluorescence microscopy.",
        ("stained tissue in transmitted light", "nuclei wider than about 64 pixels; more than 150 in a 256 x 256 tile"),
        "AP50 0.75",
    ),
}
