# %% right: a function for each block
def contributions(blocks, tokens):
    def halves(block, x):
        a, _ = block.attn(block.attention_norm(x))
        m = block.ffn(block.ffn_norm(x + a))
        return a, m

    out, stream = [tokens], tokens
    for block in blocks:
        a, m = halves(block, stream)
        out.extend([a, m])
        stream = stream + a + m
    return torch.stack(out)


# %% right: differences of the stream
def contributions(blocks, tokens):
    streams = [tokens]
    for block in blocks:
        middle = streams[-1] + block.attn(block.attention_norm(streams[-1]))[0]
        streams += [middle, block(streams[-1])[0]]
    streams = torch.stack(streams)
    return torch.cat([streams[:1], streams[1:] - streams[:-1]])


# %% right: into a tensor made before
def contributions(blocks, tokens):
    parts = tokens.new_zeros(1 + 2 * len(blocks), *tokens.shape)
    parts[0] = tokens
    for i, block in enumerate(blocks):
        parts[2 * i + 1] = block.attn(block.attention_norm(parts[: 2 * i + 1].sum(0)))[0]
        parts[2 * i + 2] = block.ffn(block.ffn_norm(parts[: 2 * i + 2].sum(0)))
    return parts


# %% wrong: the whole block counted as the MLP's part
def contributions(blocks, tokens):
    parts = [tokens]
    for block in blocks:
        a = block.attn(block.attention_norm(tokens))[0]
        out = block(tokens)[0]
        parts += [a, out - tokens]
        tokens = out
    return torch.stack(parts)


# %% wrong: MLP first
def contributions(blocks, tokens):
    parts = [tokens]
    for block in blocks:
        m = block.ffn(block.ffn_norm(tokens))
        tokens = tokens + m
        a = block.attn(block.attention_norm(tokens))[0]
        tokens = tokens + a
        parts += [m, a]
    return torch.stack(parts)


# %% wrong: the norms exchanged
def contributions(blocks, tokens):
    parts = [tokens]
    for block in blocks:
        parts.append(block.attn(block.ffn_norm(tokens))[0])
        tokens = tokens + parts[-1]
        parts.append(block.ffn(block.attention_norm(tokens)))
        tokens = tokens + parts[-1]
    return torch.stack(parts)


# %% wrong: stacked behind the batch
def contributions(blocks, tokens):
    parts = [tokens]
    for block in blocks:
        parts.append(block.attn(block.attention_norm(tokens))[0])
        tokens = tokens + parts[-1]
        parts.append(block.ffn(block.ffn_norm(tokens)))
        tokens = tokens + parts[-1]
    return torch.stack(parts, dim=1)


# %% wrong: the last part is missing
def contributions(blocks, tokens):
    parts = []
    for block in blocks:
        parts.append(tokens)
        a = block.attn(block.attention_norm(tokens))[0]
        parts.append(a)
        tokens = tokens + a
        tokens = tokens + block.ffn(block.ffn_norm(tokens))
    parts.append(tokens)
    return torch.stack(parts)
