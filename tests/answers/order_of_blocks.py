# %% right: by allclose
def order_of_blocks(blocks, depths):
    order = []
    for i in range(len(depths) - 1):
        for number, block in enumerate(blocks):
            if torch.allclose(block(depths[i])[0], depths[i + 1], rtol=1e-3, atol=1e-4):
                order.append(number)
                break
    return order


# %% right: smallest mean square
def order_of_blocks(blocks, depths):
    def error(block, i):
        return ((block(depths[i])[0] - depths[i + 1]) ** 2).mean().item()

    return [min(range(len(blocks)), key=lambda n: error(blocks[n], i)) for i in range(len(depths) - 1)]


# %% right: argmin of a tensor
def order_of_blocks(blocks, depths):
    result = []
    with torch.no_grad():
        for before, after in zip(depths, depths[1:]):
            guesses = torch.stack([block(before)[0] for block in blocks])
            result.append((guesses - after).abs().sum(dim=(1, 2, 3)).argmin().item())
    return result


# %% wrong: floats instead of whole numbers
def order_of_blocks(blocks, depths):
    result = []
    for before, after in zip(depths, depths[1:]):
        errors = torch.tensor([(block(before)[0] - after).norm() for block in blocks])
        result.append(float(errors.argmin()))
    return result


# %% wrong: begins at depth 1
def order_of_blocks(blocks, depths):
    result = []
    for i in range(1, len(depths) - 1):
        errors = [(block(depths[i])[0] - depths[i + 1]).norm().item() for block in blocks]
        result.append(errors.index(min(errors)))
    return result


# %% wrong: the blocks run one after another on their own results
def order_of_blocks(blocks, depths):
    result, tokens = [], depths[0]
    for after in depths[1:]:
        errors = []
        for block in blocks:
            tokens = block(tokens)[0]
            errors.append((tokens - after).norm().item())
        result.append(errors.index(min(errors)))
    return result


# %% wrong: sorted by name
def order_of_blocks(blocks, depths):
    return sorted(range(len(blocks)), key=str)[: len(depths) - 1]


# %% wrong: the class token alone, of the first image, by its first number's sign
def order_of_blocks(blocks, depths):
    result = []
    for before, after in zip(depths, depths[1:]):
        same = [bool((block(before)[0][0, 0, 0] > 0) == (after[0, 0, 0] > 0)) for block in blocks]
        result.append(same.index(True) if True in same else 0)
    return result
