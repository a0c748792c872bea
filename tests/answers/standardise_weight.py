# %% right: another way (flattened)
def standardise_weight(weight):
    rows = weight.flatten(1)
    centred = rows - rows.mean(1)[:, None]
    return (centred / (centred.pow(2).mean(1).sqrt()[:, None] + 1e-5)).view_as(weight)
