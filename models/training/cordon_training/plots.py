"""Plots as SVG text: Dice with intervals, and validation curves.  Written by hand so that they are small and diff well."""

from typing import Any, Dict, List, Sequence, Tuple

PALETTE = ("#2f6f8f", "#c0563b", "#5b8c3e", "#8a5aa5", "#c99a2e", "#3f8f86", "#a04668", "#6b6b6b", "#4661b0", "#94713d")
FONT = 'font-family="sans-serif" font-size="12"'


def _document(width: int, height: int, body: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *body, "</svg>"]) + "\n"


def interval_plot(title: str, rows: Sequence[Tuple[str, Sequence[float]]], unit: str) -> str:
    """One row a network: a dot at the mean and a line over its 95 % interval."""
    low = min(values[1] for _, values in rows)
    high = max(values[2] for _, values in rows)
    margin = max(0.08 * (high - low), 1e-3)
    low, high = low - margin, high + margin
    left, right, top, step = 130, 620, 40, 26

    def x(value: float) -> float:
        return round(left + (right - left) * (value - low) / (high - low), 1)

    height = top + step * len(rows) + 40
    body = [f'<text x="{left}" y="22" {FONT} font-weight="bold">{title}</text>']
    for index in range(5):
        value = low + (high - low) * index / 4
        body.append(f'<line x1="{x(value)}" x2="{x(value)}" y1="{top}" y2="{height - 30}" stroke="#dddddd"/>')
        body.append(f'<text x="{x(value)}" y="{height - 12}" {FONT} text-anchor="middle">{value:.3f}</text>')
    body.append(f'<text x="{right + 12}" y="{height - 12}" {FONT}>{unit}</text>')
    for index, (name, (mean, first, last)) in enumerate(rows):
        y = top + step * index + 14
        body.append(f'<text x="{left - 10}" y="{y + 4}" {FONT} text-anchor="end">{name}</text>')
        body.append(f'<line x1="{x(first)}" x2="{x(last)}" y1="{y}" y2="{y}" stroke="#2f6f8f" stroke-width="2"/>')
        body.append(f'<circle cx="{x(mean)}" cy="{y}" r="4.5" fill="#2f6f8f"/>')
    return _document(700, height, body)


def curve_plot(title: str, curves: Dict[str, List[Dict[str, Any]]]) -> str:
    """Mean validation Dice over iterations, one line a network."""
    points = {
        name: [(entry["iteration"], sum(entry["dice"]) / len(entry["dice"])) for entry in curve] for name, curve in curves.items()
    }
    every = [value for line in points.values() for _, value in line]
    last = max(iteration for line in points.values() for iteration, _ in line)
    low, high = max(0.0, min(every) - 0.02), min(1.0, max(every) + 0.02)
    left, right, top, bottom = 50, 520, 40, 320

    def at(iteration: float, value: float) -> str:
        x = left + (right - left) * iteration / last
        y = bottom - (bottom - top) * (value - low) / (high - low)
        return f"{x:.1f},{y:.1f}"

    body = [f'<text x="{left}" y="22" {FONT} font-weight="bold">{title}</text>']
    for index in range(5):
        value = low + (high - low) * index / 4
        y = at(0, value).split(",")[1]
        body.append(f'<line x1="{left}" x2="{right}" y1="{y}" y2="{y}" stroke="#dddddd"/>')
        body.append(f'<text x="{left - 6}" y="{y}" {FONT} text-anchor="end">{value:.2f}</text>')
        x = at(last * index / 4, low).split(",")[0]
        body.append(f'<text x="{x}" y="{bottom + 18}" {FONT} text-anchor="middle">{last * index / 4:.0f}</text>')
    for index, (name, line) in enumerate(points.items()):
        colour = PALETTE[index % len(PALETTE)]
        path = " ".join(at(iteration, value) for iteration, value in line)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = top + 14 + 20 * index
        body.append(f'<line x1="{right + 16}" x2="{right + 34}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" stroke-width="3"/>')
        body.append(f'<text x="{right + 40}" y="{y}" {FONT}>{name}</text>')
    return _document(700, bottom + 30, body)
