# %% right: another way (over_the_tree)
def count_parameters(module):
    """Every module's own parameters, told apart by identity."""
    found = {id(p): p for part in module.modules() for p in part.parameters(recurse=False)}
    total = 0
    for parameter in found.values():
        numbers = 1
        for side in parameter.shape:
            numbers *= side
        total += numbers
    return total
