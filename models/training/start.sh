#!/bin/sh
# Starts the queue in the background at the lowest priority; the log is .cache/logs/queue.log.
cd "$(dirname "$0")" || exit 1
mkdir -p .cache/logs
setsid nohup nice -n 19 /usr/bin/python3 -m cordon_training.queue queue.txt --workers "${1:-2}" >>.cache/logs/queue.log 2>&1 &
echo $! >.cache/queue.pid
