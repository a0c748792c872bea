# %% right: another way (by the remainder)
def same_padding(size, kernel_size, stride):
    total = kernel_size - stride if size % stride == 0 else kernel_size - size % stride
    total = max(total, 0)
    return total // 2, (total + 1) // 2


# %% right: step by step
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% right: negative floor division
def same_padding(size, kernel_size, stride):
    windows = -(-size // stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% right: divmod
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    half, rest = divmod(total, 2)
    return (half, half + rest)


# %% wrong: symmetric half kernel
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    return kernel_size // 2, kernel_size // 2


# %% wrong: odd one before
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return total - before, before


# %% wrong: odd one lost
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, before


# %% wrong: windows rounded down
def same_padding(size, kernel_size, stride):
    windows = size // stride
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% wrong: negative
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = (windows - 1) * stride + kernel_size - size
    before = total // 2
    return before, total - before


# %% wrong: kernel minus stride
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max(kernel_size - stride, 0)
    before = total // 2
    return before, total - before


# %% wrong: a window too many
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max(windows * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% wrong: the total
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return total


# %% wrong: a list
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return [before, total - before]


# %% wrong: halves
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total / 2
    return before, total - before


# %% wrong: kernel minus one
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = kernel_size - 1
    before = total // 2
    return before, total - before


# %% wrong: round
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = round(total / 2)
    return before, total - before


# %% wrong: stride is forgotten
def same_padding(size, kernel_size, stride):
    windows = size
    total = max((windows - 1) + kernel_size - size, 0)
    before = total // 2
    return before, total - before
