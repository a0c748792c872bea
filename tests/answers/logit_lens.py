# %% right: a loop that appends
def logit_lens(encoder, head, tokens):
    logits = [head(encoder.encoder_norm(tokens)[:, 0])]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.stack(logits)


# %% right: class tokens stacked first, norm and head once
def logit_lens(encoder, head, tokens):
    stream = [tokens]
    for block in encoder.layer:
        stream.append(block(stream[-1])[0])
    class_tokens = torch.stack([x[:, 0] for x in stream], dim=0)
    return head(encoder.encoder_norm(class_tokens))


# %% right: itertools.accumulate
from itertools import accumulate


def logit_lens(encoder, head, tokens):
    states = accumulate(encoder.layer, lambda x, block: block(x, False)[0], initial=tokens)
    return torch.stack([head(encoder.encoder_norm(x[:, 0])) for x in states])


# %% right: a helper and torch.cat
def logit_lens(encoder: nn.Module, head: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    def read(x):
        cls = x[:, 0, :]
        return head(encoder.encoder_norm(cls)).unsqueeze(0)

    h = tokens
    rows = [read(h)]
    for i in range(len(encoder.layer)):
        h = encoder.layer[i](h)[0]
        rows.append(read(h))
    return torch.cat(rows, dim=0)


# %% right: a generator of the states, joined with einops
def stream_of(encoder, x):
    yield x
    for block in encoder.layer:
        x, _ = block(x)
        yield x


def logit_lens(encoder, head, tokens):
    cls = rearrange([x[:, 0] for x in stream_of(encoder, tokens)], 'depths b d -> depths b d')
    return head(encoder.encoder_norm(cls))


# %% wrong: no final norm
def logit_lens(encoder, head, tokens):
    logits = [head(tokens[:, 0])]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(tokens[:, 0]))
    return torch.stack(logits)


# %% wrong: the norm only at the last depth
def logit_lens(encoder, head, tokens):
    stream = [tokens]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        stream.append(tokens)
    stream[-1] = encoder.encoder_norm(stream[-1])
    return torch.stack([head(x[:, 0]) for x in stream])


# %% wrong: the depth before the first block is missing
def logit_lens(encoder, head, tokens):
    logits = []
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens)[:, 0]))
    return torch.stack(logits)


# %% wrong: the depth after the last block is missing
def logit_lens(encoder, head, tokens):
    logits = []
    for block in encoder.layer:
        logits.append(head(encoder.encoder_norm(tokens)[:, 0]))
        tokens, _ = block(tokens)
    return torch.stack(logits)


# %% wrong: the normed tokens go into the next block
def logit_lens(encoder, head, tokens):
    x = encoder.encoder_norm(tokens)
    logits = [head(x[:, 0])]
    for block in encoder.layer:
        x, _ = block(x)
        x = encoder.encoder_norm(x)
        logits.append(head(x[:, 0]))
    return torch.stack(logits)


# %% wrong: the mean of all tokens
def logit_lens(encoder, head, tokens):
    logits = [head(encoder.encoder_norm(tokens).mean(dim=1))]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens).mean(dim=1)))
    return torch.stack(logits)


# %% wrong: the depths on the second axis
def logit_lens(encoder, head, tokens):
    logits = [head(encoder.encoder_norm(tokens[:, 0]))]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens[:, 0])))
    return torch.stack(logits, dim=1)


# %% wrong: only the class token goes through the blocks
def logit_lens(encoder, head, tokens):
    cls = tokens[:, :1]
    logits = [head(encoder.encoder_norm(cls[:, 0]))]
    for block in encoder.layer:
        cls, _ = block(cls)
        logits.append(head(encoder.encoder_norm(cls[:, 0])))
    return torch.stack(logits)


# %% wrong: softmax over the classes
def logit_lens(encoder, head, tokens):
    stream = [tokens]
    for block in encoder.layer:
        stream.append(block(stream[-1])[0])
    logits = head(encoder.encoder_norm(torch.stack(stream)[:, :, 0]))
    return logits.softmax(dim=-1)


# %% wrong: a list comes back
def logit_lens(encoder, head, tokens):
    logits = [head(encoder.encoder_norm(tokens[:, 0]))]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens[:, 0])))
    return logits


# %% wrong: a layer norm without the weight and bias of the encoder's
def logit_lens(encoder, head, tokens):
    def read(x):
        return head(F.layer_norm(x[:, 0], x.shape[-1:], eps=1e-6))

    logits = [read(tokens)]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(read(tokens))
    return torch.stack(logits)


# %% wrong: the first image in place of the first token
def logit_lens(encoder, head, tokens):
    logits = [head(encoder.encoder_norm(tokens[0]))]
    for block in encoder.layer:
        tokens, _ = block(tokens)
        logits.append(head(encoder.encoder_norm(tokens[0])))
    return torch.stack(logits)


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


# %% wrong: softmax over the classes again
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
