# %% right: another way (in one line)
def feature_map_size(image_size, config):
    return -(-image_size // config.stride)


# %% right: halved again and again
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% right: one division
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    return -(-image_size // 2**halvings)


# %% right: stage by stage
def feature_map_size(image_size, config):
    size = (image_size + 1) // 2
    size = (size + 1) // 2
    for stage in range(len(config.num_layers)):
        if stage > 0:
            size = (size + 1) // 2
    return size


# %% wrong: rounded down
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = image_size // 2
    return image_size


# %% wrong: every stage halves
def feature_map_size(image_size, config):
    halvings = 2 + len(config.num_layers)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: units counted
def feature_map_size(image_size, config):
    halvings = 2 + sum(config.num_layers)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: units counted but one
def feature_map_size(image_size, config):
    halvings = 1 + sum(config.num_layers)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: stem alone forgotten
def feature_map_size(image_size, config):
    halvings = 1 + len(config.num_layers)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: pooling forgotten
def feature_map_size(image_size, config):
    halvings = 1 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: sixteen
def feature_map_size(image_size, config):
    return image_size // 16


# %% wrong: thirty-two
def feature_map_size(image_size, config):
    return math.ceil(image_size / 32)


# %% wrong: a float
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    return image_size / 2**halvings


# %% wrong: round
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = round(image_size / 2)
    return image_size


# %% wrong: squared
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size**2


# %% wrong: stem only
def feature_map_size(image_size, config):
    halvings = 2
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size


# %% wrong: a pair
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    for _ in range(halvings):
        image_size = math.ceil(image_size / 2)
    return image_size, image_size


# %% right: halves in a loop
def feature_map_size(image_size, config):
    size = image_size
    for _ in range(2 + max(len(config.num_layers) - 1, 0)):
        size = (size + 1) // 2
    return size


# %% right: one negative shift
def feature_map_size(image_size, config):
    halvings = 1 + max(1, len(config.num_layers))
    return -(-image_size >> halvings)


# %% right: a list of strides, counting window starts
def feature_map_size(image_size, config):
    strides = [2, 2]
    for stage, _ in enumerate(config.num_layers):
        strides.append(1 if stage == 0 else 2)
    cells = image_size
    for stride in strides:
        cells = len(range(0, cells, stride))
    return cells


# %% wrong: rounds down
def feature_map_size(image_size, config):
    size = image_size // 4
    for _ in config.num_layers[1:]:
        size = size // 2
    return size


# %% wrong: one halving too few without stages
def feature_map_size(image_size, config):
    return math.ceil(image_size / 2 ** (len(config.num_layers) + 1))


# %% wrong: the first stage halves too
def feature_map_size(image_size, config):
    size = math.ceil(math.ceil(image_size / 2) / 2)
    for _ in config.num_layers:
        size = math.ceil(size / 2)
    return size


# %% wrong: forgets the pooling of the stem
def feature_map_size(image_size, config):
    size = (image_size + 1) // 2
    for _ in config.num_layers[1:]:
        size = (size + 1) // 2
    return size


# %% wrong: always a sixteenth
def feature_map_size(image_size, config):
    return math.ceil(image_size / 16)


# %% wrong: all the cells of the map
def feature_map_size(image_size, config):
    size = image_size
    for _ in range(2 + len(config.num_layers[1:])):
        size = math.ceil(size / 2)
    return size ** 2


# %% wrong: divides once and rounds to the nearest
def feature_map_size(image_size, config):
    halvings = 2 + max(len(config.num_layers) - 1, 0)
    return round(image_size / 2 ** halvings)
