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


# %% right: adds cells one at a time
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    needed = (windows - 1) * stride + kernel_size
    before = after = 0
    while before + size + after < needed:
        if after > before:
            before += 1
        else:
            after += 1
    return before, after


# %% right: by the remainder
def same_padding(size, kernel_size, stride):
    covered = size % stride or stride
    missing = max(kernel_size - covered, 0)
    return missing // 2, missing - missing // 2


# %% right: the end of the last window
def same_padding(size, kernel_size, stride):
    starts = range(0, size, stride)
    end = starts[-1] + kernel_size
    before, odd = divmod(max(0, end - size), 2)
    return (before, before + odd)


# %% wrong: kernel minus stride for every size
def same_padding(size, kernel_size, stride):
    total = max(kernel_size - stride, 0)
    before = total // 2
    return before, total - before


# %% wrong: the half is rounded
def same_padding(size, kernel_size, stride):
    windows = -(-size // stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = round(total / 2)
    return before, total - before


# %% wrong: kernel minus remainder, also for remainder 0
def same_padding(size, kernel_size, stride):
    total = max(kernel_size - size % stride, 0)
    before = total // 2
    return before, total - before


# %% wrong: before is half the kernel
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = min((kernel_size - 1) // 2, total)
    return before, total - before


# %% wrong: windows rounded to the nearest whole number
def same_padding(size, kernel_size, stride):
    windows = int(size / stride + 0.5)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% wrong: one window more where the stride divides the size
def same_padding(size, kernel_size, stride):
    windows = size // stride + 1
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before


# %% wrong: four numbers for F.pad
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    before = total // 2
    after = total - before
    return before, after, before, after


# %% wrong: the same on both sides
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    side = (total + 1) // 2
    return side, side


# %% right: from the remainder, with divmod
def same_padding(size, kernel_size, stride):
    covered = size % stride or stride
    half, odd = divmod(max(0, kernel_size - covered), 2)
    return (half, half + odd)


# %% right: adds one cell after another
def same_padding(size, kernel_size, stride):
    last_start = range(0, size, stride)[-1]
    end = last_start + kernel_size
    before, after = 0, 0
    while before + size + after < end:
        if after > before:
            before += 1
        else:
            after += 1
    return before, after


# %% wrong: the odd cell comes before
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    total = max((windows - 1) * stride + kernel_size - size, 0)
    after = total // 2
    before = total - after
    return before, after


# %% wrong: half a kernel on both sides
def same_padding(size, kernel_size, stride):
    padding = (kernel_size - 1) // 2
    return padding, padding


# %% wrong: can be negative
def same_padding(size, kernel_size, stride):
    windows = math.ceil(size / stride)
    needed = (windows - 1) * stride + kernel_size
    total = needed - size
    before = total // 2
    return before, total - before


# %% wrong: number of windows rounded down
def same_padding(size, kernel_size, stride):
    windows = size // stride
    total = max((windows - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


# %% wrong: odd cell is lost
def same_padding(size, kernel_size, stride):
    out = math.ceil(size / stride)
    pad = max((out - 1) * stride + kernel_size - size, 0)
    return pad // 2, pad // 2


# %% wrong: kernel minus stride whatever the size
def same_padding(size, kernel_size, stride):
    total = max(kernel_size - stride, 0)
    before = total // 2
    after = total - before
    return before, after


# %% wrong: last window starts one stride too far
def same_padding(size, kernel_size, stride):
    windows = (size + stride - 1) // stride
    total = max(windows * stride + kernel_size - size, 0)
    before = total // 2
    return before, total - before
