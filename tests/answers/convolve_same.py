# %% right: padding worked out by hand
def convolve_same(images, weight, stride):
    k = weight.shape[-1]
    pads = []
    for size in (images.shape[3], images.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(images, pads), weight, None, stride)


# %% right: by a module
def convolve_same(images, weight, stride):
    out_channels, channels, kernel, _ = weight.shape
    top, bottom = same_padding(images.shape[-2], kernel, stride)
    left, right = same_padding(images.shape[-1], kernel, stride)
    padded = nn.ZeroPad2d((left, right, top, bottom))(images)
    return torch.conv2d(padded, weight, stride=(stride, stride))


# %% right: by unfold
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    top, bottom = same_padding(images.shape[2], k, stride)
    left, right = same_padding(images.shape[3], k, stride)
    padded = F.pad(images, (left, right, top, bottom))
    columns = F.unfold(padded, k, stride=stride)
    out = weight.flatten(1) @ columns
    return out.reshape(len(images), len(weight), -(-images.shape[2] // stride), -(-images.shape[3] // stride))


# %% wrong: padded on one side only
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    height, width = sum(same_padding(images.shape[2], k, stride)), sum(same_padding(images.shape[3], k, stride))
    return F.conv2d(F.pad(images, (0, width, 0, height)), weight, stride=stride)


# %% wrong: the larger half before
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    bottom, top = same_padding(images.shape[2], k, stride)
    right, left = same_padding(images.shape[3], k, stride)
    return F.conv2d(F.pad(images, (left, right, top, bottom)), weight, stride=stride)


# %% wrong: width and height exchanged
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    pads = (*same_padding(images.shape[2], k, stride), *same_padding(images.shape[3], k, stride))
    return F.conv2d(F.pad(images, pads), weight, stride=stride)


# %% wrong: half the kernel by torch's own padding
def convolve_same(images, weight, stride):
    return F.conv2d(images, weight, stride=stride, padding=(weight.shape[2] - 1) // 2)


# %% wrong: the kernel turned as in mathematics
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    top, bottom = same_padding(images.shape[2], k, stride)
    left, right = same_padding(images.shape[3], k, stride)
    return F.conv2d(F.pad(images, (left, right, top, bottom)), weight.flip(2, 3), stride=stride)


# %% wrong: a padding of edge values
def convolve_same(images, weight, stride):
    k = weight.shape[2]
    top, bottom = same_padding(images.shape[2], k, stride)
    left, right = same_padding(images.shape[3], k, stride)
    return F.conv2d(F.pad(images, (left, right, top, bottom), mode="replicate"), weight, stride=stride)
