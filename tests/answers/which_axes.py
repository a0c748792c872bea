# %% right: another way (by_coordinates)
def which_axes(shares):
    """Two marked cells that differ in one coordinate alone lie in one line."""
    cells = shares.nonzero().tolist()
    found = []
    for axis, name in enumerate(("batch", "tokens", "hidden")):
        lines = [tuple(cell[:axis] + cell[axis + 1 :]) for cell in cells]
        if len(set(lines)) < len(lines):
            found.append(name)
    return tuple(found)


# %% right: compares each cell with its neighbour set
def which_axes(shares):
    names = ("batch", "tokens", "hidden")
    return tuple(n for i, n in enumerate(names) if (shares.int().sum(i) >= 2).any())


# %% right: by the places of the marked cells
def which_axes(shares):
    cells = [tuple(c) for c in shares.nonzero().tolist()]
    found = []
    for axis, name in enumerate(["batch", "tokens", "hidden"]):
        rest = {c[:axis] + c[axis + 1:] for c in cells}
        if len(rest) < len(cells):
            found.append(name)
    return tuple(found)


# %% right: max of the counts
def which_axes(shares):
    result = ()
    for axis in range(3):
        if shares.sum(dim=axis).max().item() > 1:
            result += (("batch", "tokens", "hidden")[axis],)
    return result


# %% wrong: a list
def which_axes(shares):
    return [n for i, n in enumerate(("batch", "tokens", "hidden")) if (shares.sum(i) > 1).any()]


# %% wrong: the whole line must be marked
def which_axes(shares):
    return tuple(n for i, n in enumerate(("batch", "tokens", "hidden")) if shares.all(i).any())


# %% wrong: those kept apart
def which_axes(shares):
    return tuple(n for i, n in enumerate(("batch", "tokens", "hidden")) if not (shares.sum(i) > 1).any())


# %% wrong: axes with a mark
def which_axes(shares):
    return tuple(n for i, n in enumerate(("batch", "tokens", "hidden")) if shares.any(i).any())


# %% wrong: numbers of the axes
def which_axes(shares):
    return tuple(i for i in range(3) if (shares.sum(i) > 1).any())


# %% wrong: a string
def which_axes(shares):
    return ", ".join(n for i, n in enumerate(("batch", "tokens", "hidden")) if (shares.sum(i) > 1).any())


# %% wrong: only the first line
def which_axes(shares):
    found = []
    if shares[:, 0, 0].sum() > 1:
        found.append("batch")
    if shares[0, :, 0].sum() > 1:
        found.append("tokens")
    if shares[0, 0, :].sum() > 1:
        found.append("hidden")
    return tuple(found)


# %% wrong: from the last axis on
def which_axes(shares):
    return tuple(n for i, n in reversed(list(enumerate(("batch", "tokens", "hidden")))) if (shares.sum(i) > 1).any())


# %% wrong: the sum over the other two
def which_axes(shares):
    names = ("batch", "tokens", "hidden")
    sums = shares.sum((1, 2)), shares.sum((0, 2)), shares.sum((0, 1))
    return tuple(n for n, s in zip(names, sums) if (s > 1).any())


# %% wrong: sequence for tokens
def which_axes(shares):
    return tuple(n for i, n in enumerate(("batch", "sequence", "hidden")) if (shares.sum(i) > 1).any())


# %% wrong: a comma is missing for one
def which_axes(shares):
    found = [n for i, n in enumerate(("batch", "tokens", "hidden")) if (shares.sum(i) > 1).any()]
    return (found[0]) if len(found) == 1 else tuple(found)
