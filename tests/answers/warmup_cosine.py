# %% right: two early returns, half of one plus cosine
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% right: one conditional expression with the half-angle, cosine squared
def warmup_cosine(step, steps, warmup_steps):
    return ((step + 1) / warmup_steps if step < warmup_steps
            else math.cos(math.pi / 2 * (step - warmup_steps) / (steps - warmup_steps)) ** 2)


# %% right: the whole list of shares is built, then indexed
def warmup_cosine(step, steps, warmup_steps):
    shares = [k / warmup_steps for k in range(1, warmup_steps + 1)]
    length = steps - warmup_steps
    shares += [(1 + math.cos(math.pi * k / length)) / 2 for k in range(length)]
    shares.append(0.0)
    return shares[step]


# %% right: torch in double precision, item() at the end
def warmup_cosine(step, steps, warmup_steps):
    if step + 1 <= warmup_steps:
        share = torch.tensor(step + 1, dtype=torch.float64) / warmup_steps
    else:
        progress = torch.tensor(step - warmup_steps, dtype=torch.float64) / (steps - warmup_steps)
        share = 0.5 + 0.5 * torch.cos(math.pi * progress)
    return share.item()


# %% right: torch.linspace in single precision for both pieces
def warmup_cosine(step, steps, warmup_steps):
    if step >= warmup_steps:
        angles = torch.linspace(0, math.pi, steps - warmup_steps + 1)
        return float((1 + angles.cos())[step - warmup_steps] / 2)
    rise = torch.linspace(0, 1, warmup_steps + 1)
    return float(rise[step + 1])


# %% right: numpy, two linspaces put end to end
def warmup_cosine(step, steps, warmup_steps):
    rise = np.linspace(0, 1, warmup_steps + 1)[1:]
    fall = 0.5 * (1 + np.cos(np.linspace(0, np.pi, steps - warmup_steps + 1)))
    return float(np.concatenate([rise, fall])[step])


# %% right: no if at all, min and max, rise times fall
def warmup_cosine(step, steps, warmup_steps):
    rise = min(1.0, (step + 1) / max(1, warmup_steps))
    progress = max(0, step - warmup_steps) / max(1, steps - warmup_steps)
    return rise * (1 + math.cos(progress * math.pi)) / 2


# %% right: two lambdas picked from a dictionary
def warmup_cosine(step, steps, warmup_steps):
    rise = lambda: (step + 1) / warmup_steps
    fall = lambda: (math.cos((step - warmup_steps) / (steps - warmup_steps) * math.pi) + 1) / 2
    return {True: rise, False: fall}[step < warmup_steps]()


# %% right: the rise is added up in a loop
def warmup_cosine(step, steps, warmup_steps):
    if step >= warmup_steps:
        x = (step - warmup_steps) / (steps - warmup_steps)
        return (1.0 + math.cos(x * math.pi)) / 2.0
    share = 0.0
    for _ in range(step + 1):
        share += 1 / warmup_steps
    return share


# %% right: counts what remains, backwards from the end
def warmup_cosine(step, steps, warmup_steps):
    remaining = steps - step
    decay_steps = steps - warmup_steps
    if remaining > decay_steps:
        return 1 - (remaining - decay_steps - 1) / warmup_steps
    return 0.5 - 0.5 * math.cos(math.pi * remaining / decay_steps)


# %% right: a sine shifted by a quarter turn
def warmup_cosine(step, steps, warmup_steps):
    in_warmup = step < warmup_steps
    if not in_warmup:
        t = (step - warmup_steps) / (steps - warmup_steps)
        share = 0.5 * (1 - math.sin(math.pi * (t - 0.5)))
    else:
        share = (1 + step) / warmup_steps
    return float(share)


# %% right: in degrees, turned into radians
def warmup_cosine(step, steps, warmup_steps):
    warm = range(warmup_steps)
    if step in warm:
        return float(step + 1) / float(warmup_steps)
    degrees = 180 * (step - warmup_steps) / (steps - warmup_steps)
    return (math.cos(math.radians(degrees)) + 1) / 2


# %% right: exact fractions until the end
from fractions import Fraction


def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return float(Fraction(step + 1, warmup_steps))
    progress = Fraction(step - warmup_steps, steps - warmup_steps)
    return (1 + math.cos(math.pi * float(progress))) / 2


# %% right: np.where with guarded denominators
def warmup_cosine(step, steps, warmup_steps):
    rise = (step + 1) / max(warmup_steps, 1)
    fall = (1 + np.cos(np.pi * (step - warmup_steps) / max(steps - warmup_steps, 1))) / 2
    return float(np.where(step < warmup_steps, rise, fall))


# %% right: the real part of a complex exponential
import cmath


def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps > 0 and step < warmup_steps:
        return (step + 1) / warmup_steps
    turn = cmath.exp(1j * math.pi * (step - warmup_steps) / (steps - warmup_steps))
    return 0.5 * (1 + turn.real)


# %% right: inner helper that interpolates between any two values
def warmup_cosine(step, steps, warmup_steps):
    def anneal(start, end, pct):
        return end + (start - end) / 2.0 * (math.cos(math.pi * pct) + 1)

    if step < warmup_steps:
        return (step + 1) * (1.0 / warmup_steps)
    step -= warmup_steps
    steps -= warmup_steps
    return anneal(1.0, 0.0, step / steps)


# %% right: np.interp gives the rise and the angle, guarded for no warm-up
def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps and step < warmup_steps:
        return float(np.interp(step, [-1, warmup_steps - 1], [0.0, 1.0]))
    angle = np.interp(step, [warmup_steps, steps], [0.0, np.pi])
    return float(np.cos(angle / 2) ** 2)


# %% wrong: the rise starts at 0, step / warmup_steps
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return step / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the well-known library recipe, rise from 0 with max(1, warmup)
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return float(step) / float(max(1, warmup_steps))
    progress = float(step - warmup_steps) / float(max(1, steps - warmup_steps))
    return max(0.0, 0.5 * (1.0 + math.cos(math.pi * progress)))


# %% wrong: the fall reaches 0 at the last step, not one after it
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / max(1, steps - warmup_steps - 1)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the fall is measured from step 0, step / steps
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1 + math.cos(math.pi * step / steps))


# %% wrong: the fall is divided by all the steps, so it never gets to 0
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / steps
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: <= lets the rise run one step too far, above 1
def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps > 0 and step <= warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: <= divides by zero at step 0 without warm-up, and exceeds 1 with
def warmup_cosine(step, steps, warmup_steps):
    if step <= warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1 + math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps)))


# %% wrong: forgot to halve, the fall begins at 2
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 1 + math.cos(math.pi * progress)


# %% wrong: forgot pi, cosine of the progress itself
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(progress))


# %% wrong: degrees given to math.cos, which wants radians
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(180 * progress))


# %% wrong: math.radians on an angle that is in radians already
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.radians(math.pi * progress)))


# %% wrong: a quarter of a cosine, cos(pi/2 * progress)
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return math.cos(math.pi / 2 * progress)


# %% wrong: a whole cosine, falls to 0 and comes back to 1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(2 * math.pi * progress))


# %% wrong: one minus cosine, rises where it must fall
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 - math.cos(math.pi * progress))


# %% wrong: the bare cosine, goes down to -1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return math.cos(math.pi * progress)


# %% wrong: the bare cosine cut off at 0, so the second half is all 0
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return max(0.0, math.cos(math.pi * progress))


# %% wrong: sine in place of cosine
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.sin(math.pi * progress))


# %% wrong: integer division in the rise
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return float((step + 1) // warmup_steps)
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: integer division in the fall, stays at 1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) // (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the rise is computed first always, divides by 0 without warm-up
def warmup_cosine(step, steps, warmup_steps):
    rise = (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    fall = 0.5 * (1 + math.cos(math.pi * progress))
    return rise if step < warmup_steps else fall


# %% wrong: min of rise and cosine, where the cosine spoils the rise
def warmup_cosine(step, steps, warmup_steps):
    rise = (step + 1) / max(1, warmup_steps)
    fall = 0.5 * (1 + math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps)))
    return min(rise, fall)


# %% wrong: rise times a cosine that began at step 0
def warmup_cosine(step, steps, warmup_steps):
    rise = min(1.0, (step + 1) / max(1, warmup_steps))
    return rise * 0.5 * (1 + math.cos(math.pi * step / steps))


# %% wrong: the rise is divided by warmup_steps + 1, never reaches 1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the rise goes from 0 to 1, divided by warmup_steps - 1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return step / max(1, warmup_steps - 1)
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: step is made to count from 1, so the fall begins below 1
def warmup_cosine(step, steps, warmup_steps):
    step = step + 1
    if step <= warmup_steps:
        return step / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the fall begins at the last warm-up step, not one later
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    start = max(0, warmup_steps - 1)
    progress = (step - start) / (steps - start)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: warm-up ends a step early, whose share is below 1
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps - 1:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the two branches are swapped by the comparison
def warmup_cosine(step, steps, warmup_steps):
    if step > warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: asks whether there is a warm-up, not whether we are in it
def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps:
        return min(1.0, (step + 1) / warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * step / steps))


# %% wrong: straight line down in place of the cosine
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return (steps - step) / (steps - warmup_steps)


# %% wrong: the rise is a cosine too
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return 0.5 * (1 - math.cos(math.pi * (step + 1) / warmup_steps))
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the rise is squared, not even
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return ((step + 1) / warmup_steps) ** 2
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the rise goes downwards, from 1 to 1/4
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (warmup_steps - step) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: no warm-up at all, only the cosine over all steps
def warmup_cosine(step, steps, warmup_steps):
    return 0.5 * (1 + math.cos(math.pi * step / steps))


# %% wrong: special case without warm-up gives 1 for ever
def warmup_cosine(step, steps, warmup_steps):
    if warmup_steps == 0:
        return 1.0
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: without warm-up the first step is skipped with 0
def warmup_cosine(step, steps, warmup_steps):
    if step == 0:
        return 1 / warmup_steps if warmup_steps else 0.0
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: returns a tensor
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return torch.tensor((step + 1) / warmup_steps)
    progress = torch.tensor((step - warmup_steps) / (steps - warmup_steps))
    return 0.5 * (1 + torch.cos(math.pi * progress))


# %% wrong: float in the rise, but a tensor in the fall
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = torch.tensor((step - warmup_steps) / (steps - warmup_steps))
    return 0.5 * (1 + torch.cos(math.pi * progress))


# %% wrong: returns a numpy array from np.where
def warmup_cosine(step, steps, warmup_steps):
    rise = (step + 1) / max(1, warmup_steps)
    fall = 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (steps - warmup_steps)))
    return np.where(step < warmup_steps, rise, fall)


# %% wrong: torch.cos of a plain float crashes
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return float(0.5 * (1 + torch.cos(math.pi * progress)))


# %% wrong: math.cosine does not exist
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cosine(math.pi * progress))


# %% wrong: the cosine branch has no return
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    share = 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: prints in place of returning
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        print((step + 1) / warmup_steps)
    else:
        progress = (step - warmup_steps) / (steps - warmup_steps)
        print(0.5 * (1 + math.cos(math.pi * progress)))


# %% wrong: missing else, the cosine overwrites the rise
def warmup_cosine(step, steps, warmup_steps):
    share = 0.0
    if step < warmup_steps:
        share = (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    share = 0.5 * (1 + math.cos(math.pi * progress))
    return share


# %% wrong: a variable that exists in one branch only
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        share = (step + 1) / warmup_steps
    else:
        progress = (step - warmup_steps) / (steps - warmup_steps)
        shares = 0.5 * (1 + math.cos(math.pi * progress))
    return share


# %% wrong: brackets forgotten in the rise, step + 1 / warmup_steps
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return step + 1 / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: brackets forgotten in the denominator of the fall
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / steps - warmup_steps
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: brackets forgotten in the half, 0.5 * 1 + cos
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * 1 + math.cos(math.pi * progress)


# %% wrong: steps is taken for the length of the fall alone
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    total = steps + warmup_steps
    progress = (step - warmup_steps) / (total - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: the arguments steps and warmup_steps are swapped
def warmup_cosine(step, warmup_steps, steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: returns a rate (times 1e-3), not the share
def warmup_cosine(step, steps, warmup_steps):
    base = 1e-3
    if step < warmup_steps:
        return base * (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return base * 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: returns percent
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return 100 * (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 50 * (1 + math.cos(math.pi * progress))


# %% wrong: a floor of a tenth under the cosine
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: rounds to two digits
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return round((step + 1) / warmup_steps, 2)
    progress = (step - warmup_steps) / (steps - warmup_steps)
    return round(0.5 * (1 + math.cos(math.pi * progress)), 2)


# %% wrong: returns a function for LambdaLR, not a float
def warmup_cosine(step, steps, warmup_steps):
    def share(step):
        if step < warmup_steps:
            return (step + 1) / warmup_steps
        progress = (step - warmup_steps) / (steps - warmup_steps)
        return 0.5 * (1 + math.cos(math.pi * progress))
    return share


# %% wrong: min and max confused in the rise
def warmup_cosine(step, steps, warmup_steps):
    rise = max(1.0, (step + 1) / max(1, warmup_steps))
    progress = max(0, step - warmup_steps) / (steps - warmup_steps)
    return rise * 0.5 * (1 + math.cos(math.pi * progress))


# %% wrong: returns the whole list of shares
def warmup_cosine(step, steps, warmup_steps):
    rise = [(k + 1) / warmup_steps for k in range(warmup_steps)]
    length = steps - warmup_steps
    return rise + [0.5 * (1 + math.cos(math.pi * k / length)) for k in range(length)]


# %% wrong: an extra 1 between rise and fall shifts the fall by a step
def warmup_cosine(step, steps, warmup_steps):
    shares = [k / warmup_steps for k in range(1, warmup_steps)] + [1.0, 1.0]
    length = steps - warmup_steps
    shares += [0.5 * (1 + math.cos(math.pi * k / length)) for k in range(length + 1)]
    return shares[step]


# %% wrong: linspace without the extra point, reaches 0 at the last step
def warmup_cosine(step, steps, warmup_steps):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    angles = np.linspace(0, np.pi, steps - warmup_steps)
    return float(0.5 * (1 + np.cos(angles[step - warmup_steps])))
