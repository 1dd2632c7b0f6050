#!/bin/sh
# Trains one network in the background at the lowest priority: ./start.sh fast 3600; the log is ../.cache/logs/brain-<name>.log.
cd "$(dirname "$0")" || exit 1
mkdir -p ../.cache/logs
# Freed memory stays with the process instead of being returned and zeroed again on every iteration.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=200000000
setsid nohup nice -n 19 "${PYTHON:-/usr/bin/python3}" -W ignore -m brain_anatomy.train "$1" --iterations "$2" >>"../.cache/logs/brain-$1.log" 2>&1 &
echo $! >"../.cache/brain-$1.pid"
