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
