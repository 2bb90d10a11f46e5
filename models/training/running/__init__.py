"""What every training has: its settings, loop, checkpoints, averages, log, curves and the weights it exports."""
