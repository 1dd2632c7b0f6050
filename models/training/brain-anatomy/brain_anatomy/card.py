"""README.md of a shipped brain network, written from what was measured."""

import json
from pathlib import Path
from typing import Any, Dict, List, Optional

from cordon_training.cards import with_interval

from .evaluate import RESULTS
from .graph import FIRST, build
from .manifest import NOT_FOR
from .network import parameter_count
from .structures import NAMES
from .targets import MEAN_DICE, targets_of

REFINING = """Before that, a second U-Net sees the image, the probability of each structure and how well the brightness fits each tissue, and corrects
the probabilities. """

# Extremes over the studies in the literature, as `real.py` cites them.
PUBLISHED_HIPPOCAMPUS_ML = (1.7, 5.7)
PUBLISHED_BRAIN_AND_FLUID_ML = (1300, 1500)

PAGE = """# {title}

**{regulatory}** Status: **{status}**{unmet}.

A 3D U-Net with instance normalisation that sees the whole head at 2 mm in one run, trained only on images synthesised from label maps
(Billot et al. 2023), so that it does not rely on a contrast. Its answer is a prior: the graph then estimates by expectation-maximisation how
bright each tissue is in this image and where (Van Leemput et al. 1999; Puonti et al. 2016), and gives each voxel the most probable
structure. {refining}{parameters} million weights, {megabytes} MB. The head and its mirror image go through the same graph: a flipped
image gives exchanged labels.

## Intended use

{use}

Not for:

{not_for}

## Data and licence

{data} Licence of these weights: {licence}.

## Targets

| target | measured | |
| --- | --- | --- |
{targets}

{training}

## Dice on synthesised images of the two test heads

{images} images, half of each person, with drawn contrast, deformation, bias field and noise; each rendered from isotropic 1 mm and through slices of
5 mm. 95 % intervals: bootstrap over images within each person. Two people are few: the intervals say nothing about others.

| structure | 1 mm | slices of 5 mm |
| --- | --- | --- |
{structures}

Brain outside its largest piece, before the product removes it: {scattered_thin} mL at 1 mm, {scattered_thick} mL at 5 mm.
{real}
## References

{references}
"""


def real_lines(name: str) -> List[str]:
    """What the product gives on real series; nothing before it was run on them."""
    path = RESULTS / f"real-{name}.json"
    if not path.exists():
        return []
    real = json.loads(path.read_text())
    lines = ["", "## Real series", "", "No expert labels exist for these; looked at in three planes.", ""]
    lines += [
        "| series | brain, mL | brain and fluid, mL | hippocampus left / right, mL | ventricles, mL | outside the largest piece, mL |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [series_row(series) for series in real["series"]]
    lines += ["", "Brain includes the ventricles; the fluid is that around the brain.", "", *warning_lines(real["series"])]
    lines += [*real["published"], "", within_line(real["series"]), "", *fluid_lines(real["series"])]
    if real["agreement"]:
        lines += ["Agreement between the contrasts of one patient with a tumour (Dice, each pair of series):", ""]
        lines += ["| structure | mean | least |", "| --- | --- | --- |"]
        lines += [f"| {key.replace('-', ' ')} | {mean:.3f} | {least:.3f} |" for key, (mean, least) in real["agreement"].items()]
        lines.append("")
    lines += [f"![{picture['title']}](pictures/{picture['file']})\n\n{picture['title']}: {picture['says']}\n" for picture in real["pictures"]]
    return lines


def brain_and_fluid_ml(series: Dict[str, Any]) -> Optional[float]:
    """All that is labelled; None where the series was refused or its fluid was not stored."""
    fluid = None if series["refused"] else series["volumesMl"].get("csf")
    return None if fluid is None else float(series["brainMl"] + fluid)


def series_row(series: Dict[str, Any]) -> str:
    """A row of the table of real series."""
    if series["refused"]:
        return f"| {series['title']} | refused: {series['refused']} | | | | |"
    ml, together = series["volumesMl"], brain_and_fluid_ml(series)
    cells = [
        series["title"],
        f"{series['brainMl']:.0f}",
        "" if together is None else f"{together:.0f}",
        f"{ml['left-hippocampus']:.1f} / {ml['right-hippocampus']:.1f}",
        f"{series['ventriclesMl']:.1f}",
        f"{series['scatteredMl']:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def warning_lines(series: List[Dict[str, Any]]) -> List[str]:
    """What the product itself says about these results."""
    warnings = [f"- {entry['title']}: {text}" for entry in series for text in entry.get("warnings", [])]
    return ["What the product warns of:", "", *warnings, ""] if warnings else []


def fluid_lines(series: List[Dict[str, Any]]) -> List[str]:
    """Where brain and fluid together are more than the literature knows; nothing where they are not."""
    low, high = PUBLISHED_BRAIN_AND_FLUID_ML
    together = [(entry["title"], brain_and_fluid_ml(entry)) for entry in series]
    known = [(title, ml) for title, ml in together if ml is not None]
    above = [f"{title} {ml:.0f} mL" for title, ml in known if ml > high]
    if not above:
        return []
    text = f"Brain and fluid lie above the published {low / 1000:.1f} to {high / 1000:.1f} L in {len(above)} of these {len(known)} series"
    return [f"{text} ({', '.join(above)}): do not rely on the volume of the fluid around the brain.", ""]


def within_line(series: List[Dict[str, Any]]) -> str:
    """How many hippocampi have a volume that the literature knows."""
    low, high = PUBLISHED_HIPPOCAMPUS_ML
    volumes = [entry["volumesMl"][f"{side}-hippocampus"] for entry in series if not entry["refused"] for side in ("left", "right")]
    within = sum(low <= volume <= high for volume in volumes)
    verdict = "" if within == len(volumes) else " **The others are wrong: do not measure with this model.**"
    return f"{within} of these {len(volumes)} hippocampi lie within {low:.1f} to {high:.1f} mL.{verdict}"


def hours_lines(record: Dict[str, Any], dice: float) -> str:
    """How long it was trained, and at least how long it still needs."""
    seconds, curve = record["cpuSeconds"], record["curve"]
    begun, behind = record.get("narrowedFrom", {"iteration": 0})["iteration"], record.get("refines")
    points = ", ".join(f"{entry['meanDice']:.3f} at {entry['iteration']}" for entry in curve)
    text = f"Trained for {record['iteration'] - begun} iterations, {seconds / 3600:.1f} CPU hours. Mean Dice on the validation heads: {points}."
    if begun:
        text += f" It began as a wider network of iteration {begun} with its weakest channels left out; iterations count on from there."
    if behind:
        text += f" This is the training of the second network; the first is the {behind['run']} model's of iteration {behind['iteration']}."
    if dice >= MEAN_DICE:
        return text
    half = curve[len(curve) // 2 :]
    gained, spent = half[-1]["meanDice"] - half[0]["meanDice"], half[-1]["cpuSeconds"] - half[0]["cpuSeconds"]
    if gained <= 0:
        return f"{text} In the second half of this curve it no longer rose: more iterations alone will not reach the targets."
    hours = max(1.0, (MEAN_DICE - dice) / gained * spent / 3600)
    return (
        f"{text} Were it to rise on as in the second half of this curve, a mean of {MEAN_DICE:.2f} would take {hours:.0f} more CPU hours by `./start.sh` in "
        "`training/brain-anatomy`; as a rule such curves flatten, so more."
    )


def write_card(name: str, folder: Path, manifest: Dict[str, Any], record: Dict[str, Any]) -> None:
    """Write README.md beside the manifest."""
    own, summary = manifest["cordon"], manifest["eval_metrics"]
    thin, thick = summary["1mm"], summary["5mm"]
    targets = targets_of(summary)
    missed = sum(not target.reached for target in targets)
    structures = [f"| **mean over all** | {with_interval(thin['dice'])} | {with_interval(thick['dice'])} |"]
    structures += [
        f"| {key.replace('-', ' ')} | {with_interval(thin['structures'][key])} | {with_interval(thick['structures'][key])} |" for key in NAMES[1:]
    ]
    page = PAGE.format(
        title=own["title"],
        regulatory=own["regulatoryStatus"],
        status=own["training"]["status"],
        unmet=f", as {missed} of {len(targets)} targets are missed" if missed else "",
        refining=REFINING if name != FIRST else "",
        parameters=f"{parameter_count(build(name)) / 1e6:.1f}",
        megabytes=f"{own['files'][0]['bytes'] / 1e6:.1f}",
        use=manifest["intended_use"],
        not_for="\n".join(f"- {text}" for text in NOT_FOR),
        data=manifest["data_source"],
        licence=own["licence"]["weights"],
        targets="\n".join(f"| {t.text} | {t.measured:.3f} | {'reached' if t.reached else '**missed**'} |" for t in targets),
        training=hours_lines(record, thin["dice"][0]),
        images=2 * thin["images"],
        structures="\n".join(structures),
        scattered_thin=with_interval(thin["scatteredMl"], 1),
        scattered_thick=with_interval(thick["scatteredMl"], 1),
        real="\n".join(real_lines(name)),
        references="\n".join(f"- {text}" for text in manifest["references"]),
    )
    (folder / "README.md").write_text(page)
