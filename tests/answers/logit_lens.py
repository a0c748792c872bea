# %% right: all depths at once
def logit_lens(encoder, head, tokens):
    streams = [tokens]
    for layer in encoder.layer:
        tokens, _ = layer(tokens)
        streams.append(tokens)
    return head(encoder.encoder_norm(torch.stack(streams))[:, :, 0])


# %% right: class token first, then the norm
def logit_lens(encoder, head, tokens):
    found = [head(encoder.encoder_norm(tokens[:, 0]))]
    for block in encoder.layer:
        tokens = block(tokens)[0]
        found.append(head(encoder.encoder_norm(tokens[:, 0])))
    return torch.stack(found, dim=0)


# %% right: by encoders cut short
def logit_lens(encoder, head, tokens):
    def run(depth):
        x = tokens
        for i in range(depth):
            x, _ = encoder.layer[i](x)
        return head(encoder.encoder_norm(x)[:, 0, :])

    return torch.stack([run(depth) for depth in range(len(encoder.layer) + 1)])


# %% wrong: softmax over the classes
def logit_lens(encoder, head, tokens):
    out = [head(encoder.encoder_norm(tokens)[:, 0])]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        out.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.stack(out).softmax(-1)


# %% wrong: the blocks in reverse
def logit_lens(encoder, head, tokens):
    out = [head(encoder.encoder_norm(tokens)[:, 0])]
    for block in reversed(encoder.layer):
        tokens, _ = block(tokens)
        out.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.stack(out)


# %% wrong: a norm without weight and bias
def logit_lens(encoder, head, tokens):
    out = []
    for i in range(len(encoder.layer) + 1):
        out.append(head(F.layer_norm(tokens, tokens.shape[-1:])[:, 0]))
        if i < len(encoder.layer):
            tokens, _ = encoder.layer[i](tokens)
    return torch.stack(out)


# %% wrong: joined along the batch
def logit_lens(encoder, head, tokens):
    out = [head(encoder.encoder_norm(tokens)[:, 0])]
    for block in encoder.layer:
        tokens = block(tokens)[0]
        out.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.cat(out)


# %% wrong: the pair of a block is passed on
def logit_lens(encoder, head, tokens):
    out = [head(encoder.encoder_norm(tokens)[:, 0])]
    for block in encoder.layer:
        tokens = block(tokens)
        out.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.stack(out)
