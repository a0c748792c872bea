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
