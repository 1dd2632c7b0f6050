#!/bin/sh
# From a finished training to a shipped model: ./ship.sh quality
# Resume point, Dice on the test heads, graph, golden files, real series through the product, pictures, card, index, models/README.md.
# Needs the `onnx` package (python3 -m pip install --target ../.cache/python onnx==1.14.1 protobuf==4.25.3) and `npm run build`.
cd "$(dirname "$0")" || exit 1
set -e
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export PYTHONPATH="../.cache/python${PYTHONPATH:+:$PYTHONPATH}"
python="${PYTHON:-/usr/bin/python3} -W ignore"
$python -m brain_anatomy.weights "$1"
$python -m brain_anatomy.evaluate "$1" --heads "${HEADS:-8}"
rm -f "results/real-$1.json"
$python -m brain_anatomy.ship "$1"
$python -m brain_anatomy.real "$1"
$python -m brain_anatomy.ship "$1" --card
(cd .. && $python -m cordon_training.report)
