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
        rest = {c[:axis] + c[axis + 1 :] for c in cells}
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


# %% right: from the spread of the coordinates
def which_axes(mask):
    cells = mask.nonzero()
    spread = cells.amax(dim=0) - cells.amin(dim=0)
    return tuple(name for name, far in zip(("batch", "tokens", "hidden"), spread.tolist()) if far > 0)


# %% right: counts the slices that hold a cell
def which_axes(mask):
    names = {0: "batch", 1: "tokens", 2: "hidden"}
    found = ()
    for axis, name in names.items():
        others = [other for other in names if other != axis]
        touched = mask.sum(dim=others) > 0
        if touched.sum().item() > 1:
            found += (name,)
    return found


# %% right: compares each cell with the first, in plain Python
def which_axes(mask):
    cells = [tuple(cell) for cell in torch.argwhere(mask).tolist()]
    first = cells[0]
    differs = [any(cell[axis] != first[axis] for cell in cells) for axis in range(3)]
    names = ["batch", "tokens", "hidden"]
    return tuple(names[axis] for axis in range(3) if differs[axis])


# %% wrong: an axis counts only where all of it is shared
def which_axes(mask):
    names = ("batch", "tokens", "hidden")
    axes = []
    for axis, name in enumerate(names):
        if mask.shape[axis] > 1 and mask.all(dim=axis).any():
            axes.append(name)
    return tuple(axes)


# %% wrong: names the axes that are kept
def which_axes(mask):
    coords = mask.nonzero()
    axes = []
    for axis, name in enumerate(("batch", "tokens", "hidden")):
        if len(coords[:, axis].unique()) == 1:
            axes.append(name)
    return tuple(axes)


# %% wrong: returns a list
def which_axes(mask):
    coords = mask.nonzero()
    axes = []
    for axis, name in enumerate(("batch", "tokens", "hidden")):
        if len(coords[:, axis].unique()) > 1:
            axes.append(name)
    return axes


# %% wrong: a single axis comes as a bare string
def which_axes(mask):
    coords = mask.nonzero()
    b, t, h = [len(coords[:, i].unique()) > 1 for i in range(3)]
    if b and t and h:
        return ("batch", "tokens", "hidden")
    if b and t:
        return ("batch", "tokens")
    if b and h:
        return ("batch", "hidden")
    if t and h:
        return ("tokens", "hidden")
    if b:
        return "batch"
    if t:
        return "tokens"
    if h:
        return "hidden"
    return ()


# %% wrong: the names come in the reverse order
def which_axes(mask):
    coords = mask.nonzero()
    axes = ()
    for axis, name in enumerate(("batch", "tokens", "hidden")):
        if len(coords[:, axis].unique()) > 1:
            axes = (name,) + axes
    return axes


# %% wrong: looks only along the lines through the first cell of the picture
def which_axes(mask):
    axes = []
    if mask[:, 0, 0].sum() > 1:
        axes.append("batch")
    if mask[0, :, 0].sum() > 1:
        axes.append("tokens")
    if mask[0, 0, :].sum() > 1:
        axes.append("hidden")
    return tuple(axes)


# %% wrong: a part is enough for the hidden axis alone
def which_axes(mask):
    batch, tokens, hidden = mask.nonzero().T
    axes = []
    if mask.shape[0] > 1 and len(batch.unique()) == mask.shape[0]:
        axes.append("batch")
    if mask.shape[1] > 1 and len(tokens.unique()) == mask.shape[1]:
        axes.append("tokens")
    if len(hidden.unique()) > 1:
        axes.append("hidden")
    return tuple(axes)
