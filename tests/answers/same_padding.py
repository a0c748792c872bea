# %% right: another way (by the remainder)
def same_padding(size, kernel_size, stride):
    total = kernel_size - stride if size % stride == 0 else kernel_size - size % stride
    total = max(total, 0)
    return total // 2, (total + 1) // 2
