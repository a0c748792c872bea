# %% right: another way (by_reshape)
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.flatten(0, 1).t()
    return kernel.permute(1, 2, 0).reshape(-1, kernel.size(0))
