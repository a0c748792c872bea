# %% right: another way (by_einsum)
def attention_weights(query, key):
    scores = torch.einsum("b h i d, b h j d -> b h i j", query, key) * query.shape[-1] ** -0.5
    scores = torch.exp(scores - scores.amax(-1, keepdim=True))
    return scores / scores.sum(-1, keepdim=True)
