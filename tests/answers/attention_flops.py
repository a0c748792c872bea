# %% right: another way (in one line)
def attention_flops(n, hidden, heads):
    return 8 * n * hidden**2 + 4 * n**2 * hidden
