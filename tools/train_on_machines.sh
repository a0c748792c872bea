#!/bin/sh
# One training on several machines that see the same folders. On each of them:
#
#     MACHINES=2 FIRST=machine-a sh tools/train_on_machines.sh --data /data/images --config ViT-S_16 --out /runs/mine
#
# MACHINES is their number, FIRST the name of one of them, where they meet. Where a process ends, all are started again,
# three times at most, and go on from the last checkpoint.
set -eu
GPUS=${GPUS:-$(nvidia-smi --list-gpus | wc -l)}
exec torchrun --nnodes "$MACHINES" --nproc-per-node "$GPUS" --max-restarts 3 \
    --rdzv-backend c10d --rdzv-endpoint "$FIRST:${PORT:-29500}" --rdzv-id "${JOB:-vit-course}" \
    -m vit_course train "$@"
