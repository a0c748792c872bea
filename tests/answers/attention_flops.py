# %% right: another way (in one line)
def attention_flops(n, hidden, heads):
    return 8 * n * hidden**2 + 4 * n**2 * hidden


# %% right: step by step
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size // num_heads
    projections = 4 * 2 * num_tokens * hidden_size * hidden_size
    scores = num_heads * 2 * num_tokens * head_dim * num_tokens
    mix = num_heads * 2 * num_tokens * num_tokens * head_dim
    return projections + scores + mix


# %% right: with a helper
def attention_flops(num_tokens, hidden_size, num_heads):
    def product(a, b, c):
        return 2 * a * b * c

    d = hidden_size // num_heads
    total = 4 * product(num_tokens, hidden_size, hidden_size)
    for _ in range(num_heads):
        total += product(num_tokens, d, num_tokens) + product(num_tokens, num_tokens, d)
    return total


# %% right: factored out
def attention_flops(num_tokens, hidden_size, num_heads):
    return 4 * num_tokens * hidden_size * (2 * hidden_size + num_tokens)


# %% wrong: additions not counted
def attention_flops(num_tokens, hidden_size, num_heads):
    return 4 * num_tokens * hidden_size**2 + 2 * num_tokens**2 * hidden_size


# %% wrong: three projections
def attention_flops(num_tokens, hidden_size, num_heads):
    return 3 * 2 * num_tokens * hidden_size**2 + 4 * num_tokens**2 * hidden_size


# %% wrong: one product per head
def attention_flops(num_tokens, hidden_size, num_heads):
    d = hidden_size // num_heads
    return 8 * num_tokens * hidden_size**2 + num_heads * 2 * num_tokens**2 * d


# %% wrong: hidden in each head
def attention_flops(num_tokens, hidden_size, num_heads):
    return 8 * num_tokens * hidden_size**2 + num_heads * 4 * num_tokens**2 * hidden_size


# %% wrong: one head
def attention_flops(num_tokens, hidden_size, num_heads):
    d = hidden_size // num_heads
    return 8 * num_tokens * hidden_size**2 + 4 * num_tokens**2 * d


# %% wrong: one projection
def attention_flops(num_tokens, hidden_size, num_heads):
    return 2 * num_tokens * hidden_size**2 + 4 * num_tokens**2 * hidden_size


# %% wrong: projections to head_dim
def attention_flops(num_tokens, hidden_size, num_heads):
    d = hidden_size // num_heads
    return 8 * num_tokens * hidden_size * d + 4 * num_tokens**2 * hidden_size


# %% wrong: the two parts multiplied
def attention_flops(num_tokens, hidden_size, num_heads):
    return 8 * num_tokens * hidden_size**2 * 4 * num_tokens**2 * hidden_size


# %% wrong: a float
def attention_flops(num_tokens, hidden_size, num_heads):
    d = hidden_size / num_heads
    return 8 * num_tokens * hidden_size**2 + num_heads * 4 * num_tokens**2 * d


# %% wrong: softmax counted
def attention_flops(num_tokens, hidden_size, num_heads):
    return 8 * num_tokens * hidden_size**2 + 4 * num_tokens**2 * hidden_size + 3 * num_heads * num_tokens**2


# %% wrong: biases counted
def attention_flops(num_tokens, hidden_size, num_heads):
    return 4 * (2 * num_tokens * hidden_size**2 + num_tokens * hidden_size) + 4 * num_tokens**2 * hidden_size


# %% wrong: tokens squared in the projections
def attention_flops(num_tokens, hidden_size, num_heads):
    return 8 * num_tokens**2 * hidden_size + 4 * num_tokens**2 * hidden_size


# %% right: a helper for one product, and a loop over the heads
def attention_flops(num_tokens, hidden_size, num_heads):
    def product(a, b, c):
        return 2 * a * b * c

    head_dim = hidden_size // num_heads
    total = 4 * product(num_tokens, hidden_size, hidden_size)
    for _ in range(num_heads):
        total += product(num_tokens, head_dim, num_tokens)
        total += product(num_tokens, num_tokens, head_dim)
    return total


# %% right: a list of shapes, summed
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size // num_heads
    shapes = [(num_tokens, hidden_size, hidden_size)] * 4
    shapes += [(num_tokens, head_dim, num_tokens), (num_tokens, num_tokens, head_dim)] * num_heads
    return sum(2 * math.prod(shape) for shape in shapes)


# %% wrong: a multiplication and an addition count as one
def attention_flops(num_tokens, hidden_size, num_heads):
    projections = 4 * num_tokens * hidden_size ** 2
    heads = 2 * num_tokens ** 2 * hidden_size
    return projections + heads


# %% wrong: the projection after the heads is left out
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size // num_heads
    qkv = 3 * 2 * num_tokens * hidden_size * hidden_size
    scores = num_heads * 2 * num_tokens * head_dim * num_tokens
    mixing = num_heads * 2 * num_tokens * num_tokens * head_dim
    return qkv + scores + mixing


# %% wrong: each head is as wide as the hidden size
def attention_flops(num_tokens, hidden_size, num_heads):
    projections = 4 * 2 * num_tokens * hidden_size * hidden_size
    one_head = 2 * (2 * num_tokens * num_tokens * hidden_size)
    return projections + num_heads * one_head


# %% wrong: only one head is counted
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size // num_heads
    flops = 4 * 2 * num_tokens * hidden_size * hidden_size
    flops += 2 * num_tokens * head_dim * num_tokens
    flops += 2 * num_tokens * num_tokens * head_dim
    return flops


# %% wrong: a float comes out
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size / num_heads
    projections = 4 * 2 * num_tokens * hidden_size * hidden_size
    per_head = 2 * 2 * num_tokens * num_tokens * head_dim
    return projections + num_heads * per_head


# %% wrong: the weights times the values are left out
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = hidden_size // num_heads
    projections = 4 * (2 * num_tokens * hidden_size * hidden_size)
    attention = num_heads * (2 * num_tokens * head_dim * num_tokens)
    return projections + attention


# %% wrong: head_dim is taken to be 64
def attention_flops(num_tokens, hidden_size, num_heads):
    head_dim = 64
    projections = 4 * (2 * num_tokens * hidden_size ** 2)
    attention = num_heads * 2 * (2 * num_tokens ** 2 * head_dim)
    return projections + attention
