# %% right: backwards from the last cell
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in reversed(list(layers)):
        seen = (seen - 1) * stride + kernel_size
        step *= stride
    return seen, step


# %% right: recursive from the front
def receptive_field(layers):
    if not layers:
        return 1, 1
    (kernel_size, stride), *rest = layers
    seen, step = receptive_field(rest)
    return kernel_size + stride * (seen - 1), stride * step


# %% right: functools.reduce with a lambda
import functools


def receptive_field(layers):
    return functools.reduce(
        lambda state, layer: (state[0] + (layer[0] - 1) * state[1], state[1] * layer[1]),
        layers,
        (1, 1),
    )


# %% right: accumulated strides
import itertools
import operator


def receptive_field(layers):
    steps = list(itertools.accumulate((stride for _, stride in layers), operator.mul, initial=1))
    seen = 1 + sum((kernel_size - 1) * step for (kernel_size, _), step in zip(layers, steps))
    return seen, steps[-1]


# %% right: numpy, a table of layers
def receptive_field(layers):
    table = np.array(layers, dtype=np.int64).reshape(-1, 2)
    steps = np.cumprod(np.concatenate([np.ones(1, dtype=np.int64), table[:, 1]]))
    seen = 1 + np.dot(table[:, 0] - 1, steps[:-1])
    return int(seen), int(steps[-1])


# %% right: traces the first and last pixel of two cells
def pixels_of(cell, layers):
    first, last = cell, cell
    for kernel_size, stride in layers[::-1]:
        first = first * stride
        last = last * stride + kernel_size - 1
    return first, last


def receptive_field(layers):
    first, last = pixels_of(0, layers)
    next_first, next_last = pixels_of(1, layers)
    doubled_distance = (next_first + next_last) - (first + last)
    return last - first + 1, doubled_distance // 2


# %% wrong: unpacks with zip, fails without layers
def receptive_field(layers):
    kernels, strides = zip(*layers)
    seen, step = 1, 1
    for kernel_size, stride in zip(kernels, strides):
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


# %% wrong: adds whole kernels starting from zero
def receptive_field(layers):
    seen, step = 0, 1
    for kernel_size, stride in layers:
        seen += kernel_size * step
        step *= stride
    return seen, step


# %% wrong: the backward recursion run forwards
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen = (seen - 1) * stride + kernel_size
        step = step * stride
    return seen, step


# %% wrong: a kernel counts at least as wide as its stride
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        width = max(kernel_size, stride)
        seen += (width - 1) * step
        step *= stride
    return seen, step


# %% wrong: empties the list it is given
def receptive_field(layers):
    seen, step = 1, 1
    while layers:
        kernel_size, stride = layers.pop()
        seen = (seen - 1) * stride + kernel_size
        step *= stride
    return seen, step


# %% wrong: results remembered by the number of layers
known = {0: (1, 1)}


def receptive_field(layers):
    depth = len(layers)
    if depth not in known:
        seen, step = receptive_field(layers[:-1])
        kernel_size, stride = layers[-1]
        known[depth] = (seen + (kernel_size - 1) * step, step * stride)
    return known[depth]


# %% wrong: strides add up instead of multiplying
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += (kernel_size - 1) * step
        step += stride - 1
    return seen, step


# %% wrong: cut off at an image of 224 pixels
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen = min(seen + (kernel_size - 1) * step, 224)
        step *= stride
    return seen, step


# %% wrong: by radius, even kernels one too wide
def receptive_field(layers):
    radius, step = 0, 1
    for kernel_size, stride in layers:
        radius += (kernel_size // 2) * step
        step *= stride
    return 2 * radius + 1, step


# %% wrong: layers with kernel 1 are skipped with their stride
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        if kernel_size == 1:
            continue
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


# %% wrong: the step is that of the last layer's input
def receptive_field(layers):
    strides = [stride for _, stride in layers]
    seen = 1
    for i, (kernel_size, _) in enumerate(layers):
        seen += (kernel_size - 1) * math.prod(strides[:i])
    return seen, math.prod(strides[:-1])


# %% wrong: through a dict, equal kernels collapse
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in dict(layers).items():
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


# %% wrong: the step by logarithms, rounded down
def receptive_field(layers):
    seen = 1
    for kernel_size, stride in reversed(layers):
        seen = (seen - 1) * stride + kernel_size
    step = int(math.exp(sum(math.log(stride) for _, stride in layers)))
    return seen, step


# %% wrong: a pair of tensors instead of ints
def receptive_field(layers):
    seen, step = torch.tensor(1), torch.tensor(1)
    for kernel_size, stride in layers:
        seen = seen + (kernel_size - 1) * step
        step = step * stride
    return seen, step


# %% right: from the first layer to the last
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


# %% right: from the last layer back to the image
def receptive_field(layers):
    first, last = 0, 0
    step = 1
    for kernel_size, stride in reversed(layers):
        first = first * stride
        last = last * stride + kernel_size - 1
        step = step * stride
    return last - first + 1, step


# %% right: recursion
def receptive_field(layers):
    if not layers:
        return 1, 1
    (kernel_size, stride), *rest = layers
    seen, step = receptive_field(rest)
    return kernel_size + (seen - 1) * stride, step * stride


# %% wrong: the layer's own stride counts already
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        step *= stride
        seen += (kernel_size - 1) * step
    return seen, step


# %% wrong: kernels added without the strides
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += kernel_size - 1
        step *= stride
    return seen, step


# %% wrong: backward formula in forward order
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen = (seen - 1) * stride + kernel_size
        step *= stride
    return seen, step


# %% wrong: adds the whole kernel
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += kernel_size * step
        step *= stride
    return seen, step


# %% wrong: only the stride of the layer before
def receptive_field(layers):
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += (kernel_size - 1) * step
        step = stride
    return seen, step


# %% wrong: needs a first layer
def receptive_field(layers):
    seen, step = layers[0]
    for kernel_size, stride in layers[1:]:
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


# %% wrong: numpy floats in the pair
def receptive_field(layers):
    strides = [stride for _, stride in layers]
    seen = 1
    for i, (kernel_size, _) in enumerate(layers):
        seen += (kernel_size - 1) * np.prod(strides[:i])
    return seen, np.prod(strides)
