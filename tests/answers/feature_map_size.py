# %% right: another way (in one line)
def feature_map_size(image_size, config):
    return -(-image_size // config.stride)
