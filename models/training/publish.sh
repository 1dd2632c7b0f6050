#!/bin/sh
# After new results: costs and latency of new models, comparison, cards, index and README.
cd "$(dirname "$0")" || exit 1
set -e
nice -n 10 "${PYTHON:-/usr/bin/python3}" -m cordon_training.comparison >/dev/null
nice -n 10 node latency.mjs
nice -n 10 "${PYTHON:-/usr/bin/python3}" -m cordon_training.comparison
"${PYTHON:-/usr/bin/python3}" -W ignore -m cordon_training.ship --refresh
"${PYTHON:-/usr/bin/python3}" -m cordon_training.report
