#!/bin/sh
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=32
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
# One training as a job of SLURM, from the folder of the course with its .venv active:
#
#     sbatch tools/train_on_slurm.sh --data /data/images --config ViT-S_16 --out /runs/mine
#
# Two minutes before the time is over the training saves itself; a job that is queued again goes on from there.
set -eu
FIRST=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
OUT=$(printf '%s\n' "$@" | sed -n '/^--out$/{n;p;}')
if [ -e "$OUT/config.json" ]; then
    set -- --resume --out "$OUT"
fi
MACHINES=$SLURM_NNODES FIRST=$FIRST GPUS=$SLURM_GPUS_ON_NODE JOB=$SLURM_JOB_ID export MACHINES FIRST GPUS JOB
exec srun sh tools/train_on_machines.sh "$@"
