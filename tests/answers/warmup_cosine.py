# %% right: as the card says it, in two cases
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return float(step + 1) / warmup_steps
    way = (step - warmup_steps) / (steps - warmup_steps)
    return (1 + math.cos(way * math.pi)) / 2


# %% right: the squared cosine of half the angle
def warmup_cosine(step, steps, warmup_steps):
    if step >= warmup_steps:
        return math.cos(0.5 * math.pi * (step - warmup_steps) / (steps - warmup_steps)) ** 2
    return (1 + step) / warmup_steps


# %% right: numpy and an interpolation for the warm-up
def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps and step < warmup_steps:
        return float(np.interp(step, [-1, warmup_steps - 1], [0, 1]))
    return float(0.5 + 0.5 * np.cos(np.pi * (step - warmup_steps) / (steps - warmup_steps)))


# %% wrong: warm-up starts at zero
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return step / warmup_steps
    return 0.5 * (1 + math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps)))


# %% wrong: cosine in degrees
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1 + math.cos(180 * (step - warmup_steps) / (steps - warmup_steps)))


# %% wrong: whole wave
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1 + math.cos(2 * math.pi * (step - warmup_steps) / (steps - warmup_steps)))


# %% wrong: linear decay
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return (steps - step) / (steps - warmup_steps)


# %% wrong: whole-number division in the warm-up
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) // warmup_steps
    return 0.5 * (1 + math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps)))
