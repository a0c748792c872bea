# %% right: two loops that keep the best
def order_of_blocks(blocks, depths):
    order = []
    with torch.no_grad():
        for before, after in zip(depths[:-1], depths[1:]):
            best, best_error = None, float('inf')
            for number, block in enumerate(blocks):
                out, _ = block(before)
                error = (out - after).abs().max().item()
                if error < best_error:
                    best, best_error = number, error
            order.append(best)
    return order


# %% right: min with a key
@torch.no_grad()
def order_of_blocks(blocks, depths):
    def error(i, step):
        return F.mse_loss(blocks[i](depths[step])[0], depths[step + 1]).item()

    return [min(range(len(blocks)), key=lambda i: error(i, step)) for step in range(len(depths) - 1)]


# %% right: the outputs of a step stacked, argmin of the norm
def order_of_blocks(blocks, depths):
    order = []
    for i in range(len(depths) - 1):
        with torch.no_grad():
            outputs = torch.stack([block(depths[i])[0] for block in blocks])
        distance = (outputs - depths[i + 1]).flatten(1).norm(dim=1)
        order.append(distance.argmin().item())
    return order


# %% right: a table of steps and blocks
def order_of_blocks(blocks: list, depths: list) -> list:
    steps = len(depths) - 1
    table = torch.zeros(steps, len(blocks))
    with torch.inference_mode():
        for s in range(steps):
            for b, block in enumerate(blocks):
                table[s, b] = (block(depths[s])[0] - depths[s + 1]).abs().sum()
    return table.argmin(dim=1).tolist()


# %% right: numpy
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths, depths[1:]):
        target = y.detach().cpu().numpy()
        outputs = [block(x)[0].detach().cpu().numpy() for block in blocks]
        errors = [np.square(out - target).mean() for out in outputs]
        order.append(int(np.argmin(errors)))
    return order


# %% wrong: each block is used only once
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    left = set(range(len(blocks)))
    for x, y in zip(depths[:-1], depths[1:]):
        best = min(left, key=lambda i: (blocks[i](x)[0] - y).abs().max().item())
        left.remove(best)
        order.append(best)
    return order


# %% wrong: blocks that were found are popped, so the numbers shift
@torch.no_grad()
def order_of_blocks(blocks, depths):
    blocks = list(blocks)
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        errors = [(block(x)[0] - y).abs().mean().item() for block in blocks]
        best = errors.index(min(errors))
        order.append(best)
        blocks.pop(best)
    return order


# %% right: numpy integers in the list
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        errors = [(block(x)[0] - y).abs().mean().item() for block in blocks]
        order.append(np.argmin(errors))
    return order


# %% wrong: for each block the step at which it ran
@torch.no_grad()
def order_of_blocks(blocks, depths):
    steps = []
    for block in blocks:
        errors = [(block(depths[s])[0] - depths[s + 1]).abs().mean().item() for s in range(len(depths) - 1)]
        steps.append(errors.index(min(errors)))
    return steps


# %% wrong: argmax of the distance
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for i in range(len(depths) - 1):
        outputs = torch.stack([block(depths[i])[0] for block in blocks])
        order.append((outputs - depths[i + 1]).flatten(1).norm(dim=1).argmax().item())
    return order


# %% wrong: before and after swapped
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for i in range(1, len(depths)):
        errors = [(block(depths[i])[0] - depths[i - 1]).pow(2).mean().item() for block in blocks]
        order.append(errors.index(min(errors)))
    return order


# %% wrong: signed differences, no absolute value
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        errors = torch.stack([(block(x)[0] - y).mean() for block in blocks])
        order.append(errors.argmin().item())
    return order


# %% wrong: counts from one
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        best, lowest = None, float('inf')
        for number, block in enumerate(blocks, start=1):
            error = (block(x)[0] - y).abs().max().item()
            if error < lowest:
                best, lowest = number, error
        order.append(best)
    return order


# %% wrong: the first block within a loose tolerance
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        for number, block in enumerate(blocks):
            if torch.allclose(block(x)[0], y, rtol=0.1, atol=0.5):
                order.append(number)
                break
    return order


# %% wrong: every step starts from the first depth
@torch.no_grad()
def order_of_blocks(blocks, depths):
    outputs = torch.stack([block(depths[0])[0] for block in blocks])
    order = []
    for target in depths[1:]:
        order.append((outputs - target).flatten(1).norm(dim=1).argmin().item())
    return order


# %% wrong: the blocks themselves come back
@torch.no_grad()
def order_of_blocks(blocks, depths):
    return [
        min(blocks, key=lambda block: (block(x)[0] - y).abs().max().item())
        for x, y in zip(depths[:-1], depths[1:])
    ]


# %% wrong: the output of a block taken for the update
@torch.no_grad()
def order_of_blocks(blocks, depths):
    order = []
    for x, y in zip(depths[:-1], depths[1:]):
        update = y - x
        errors = [(block(x)[0] - update).pow(2).sum().item() for block in blocks]
        order.append(errors.index(min(errors)))
    return order


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
