# %% right: a helper for each axis, then pad and conv2d
def before_and_after(size, kernel, stride):
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    top, bottom = before_and_after(height, kernel, stride)
    left, right = before_and_after(width, kernel, stride)
    return F.conv2d(F.pad(images, (left, right, top, bottom)), weight, stride=stride)


# %% right: the remainder decides, pads collected from the last axis
def convolve_same(images: torch.Tensor, weight: torch.Tensor, stride: int) -> torch.Tensor:
    pads = []
    for axis in (3, 2):
        rest = images.shape[axis] % stride
        total = max(weight.shape[axis] - (rest if rest else stride), 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(images, pads), weight, stride=stride)


# %% right: images written into a tensor of zeros
def convolve_same(images, weight, stride):
    b, c, h, w = images.shape
    k = weight.shape[2]
    extra_h = max((-(-h // stride) - 1) * stride + k - h, 0)
    extra_w = max((-(-w // stride) - 1) * stride + k - w, 0)
    top, left = extra_h // 2, extra_w // 2
    canvas = images.new_zeros(b, c, h + extra_h, w + extra_w)
    canvas[:, :, top:top + h, left:left + w] = images
    return F.conv2d(canvas, weight, None, stride)


# %% right: unfold and a matrix product
def convolve_same(images, weight, stride):
    batch, _, height, width = images.shape
    out_channels, _, kernel, _ = weight.shape
    rows, columns = math.ceil(height / stride), math.ceil(width / stride)
    pad_h = max((rows - 1) * stride + kernel - height, 0)
    pad_w = max((columns - 1) * stride + kernel - width, 0)
    padded = F.pad(images, (pad_w // 2, pad_w - pad_w // 2, pad_h // 2, pad_h - pad_h // 2))
    patches = F.unfold(padded, kernel, stride=stride)
    return (weight.flatten(1) @ patches).reshape(batch, out_channels, rows, columns)


# %% right: a loop over the positions in the kernel with einsum
def convolve_same(images, weight, stride):
    height, width = images.shape[2:]
    kernel = weight.shape[-1]
    out_h = (height + stride - 1) // stride
    out_w = (width + stride - 1) // stride
    span_h = (out_h - 1) * stride + 1
    span_w = (out_w - 1) * stride + 1
    total_h = max(span_h - 1 + kernel - height, 0)
    total_w = max(span_w - 1 + kernel - width, 0)
    x = F.pad(images, (total_w // 2, (total_w + 1) // 2, total_h // 2, (total_h + 1) // 2))
    out = 0
    for i in range(kernel):
        for j in range(kernel):
            window = x[:, :, i:i + span_h:stride, j:j + span_w:stride]
            out = out + torch.einsum("bchw,oc->bohw", window, weight[:, :, i, j])
    return out


# %% wrong: kernel // 2 zeros on every side
def convolve_same(images, weight, stride):
    return F.conv2d(images, weight, stride=stride, padding=weight.shape[-1] // 2)


# %% wrong: the odd zero goes to the top and the left
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    total_w = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    bottom, right = total_h // 2, total_w // 2
    padded = F.pad(images, (total_w - right, right, total_h - bottom, bottom))
    return F.conv2d(padded, weight, stride=stride)


# %% wrong: top and bottom first in the call of pad
def convolve_same(images, weight, stride):
    pads = []
    for size in images.shape[-2:]:
        total = max((math.ceil(size / stride) - 1) * stride + weight.shape[-1] - size, 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(images, pads), weight, stride=stride)


# %% wrong: conv2d's own padding "same"
def convolve_same(images, weight, stride):
    return F.conv2d(images, weight, stride=stride, padding="same")


# %% wrong: the stride isn't passed to conv2d
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    total_w = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    padded = F.pad(images, (total_w // 2, total_w - total_w // 2, total_h // 2, total_h - total_h // 2))
    return F.conv2d(padded, weight)


# %% wrong: padding as for stride 1
def convolve_same(images, weight, stride):
    total = weight.shape[-1] - 1
    before, after = total // 2, total - total // 2
    return F.conv2d(F.pad(images, (before, after, before, after)), weight, stride=stride)


# %% wrong: negative padding when the stride exceeds the kernel
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = (math.ceil(height / stride) - 1) * stride + kernel - height
    total_w = (math.ceil(width / stride) - 1) * stride + kernel - width
    padded = F.pad(images, (total_w // 2, total_w - total_w // 2, total_h // 2, total_h - total_h // 2))
    return F.conv2d(padded, weight, stride=stride)


# %% wrong: the padding of the height for the width too
def convolve_same(images, weight, stride):
    size = images.shape[2]
    total = max((math.ceil(size / stride) - 1) * stride + weight.shape[-1] - size, 0)
    before, after = total // 2, total - total // 2
    return F.conv2d(F.pad(images, (before, after, before, after)), weight, stride=stride)


# %% wrong: all zeros at the right and the bottom
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    total_w = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    return F.conv2d(F.pad(images, (0, total_w, 0, total_h)), weight, stride=stride)


# %% wrong: the border is repeated instead of zeros
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    total_w = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    pads = (total_w // 2, total_w - total_w // 2, total_h // 2, total_h - total_h // 2)
    return F.conv2d(F.pad(images, pads, mode="replicate"), weight, stride=stride)


# %% wrong: the size of the output rounded down
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((height // stride - 1) * stride + kernel - height, 0)
    total_w = max((width // stride - 1) * stride + kernel - width, 0)
    padded = F.pad(images, (total_w // 2, total_w - total_w // 2, total_h // 2, total_h - total_h // 2))
    return F.conv2d(padded, weight, stride=stride)


# %% wrong: the kernel is flipped first
def convolve_same(images, weight, stride):
    height, width = images.shape[-2:]
    kernel = weight.shape[-1]
    total_h = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    total_w = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    padded = F.pad(images, (total_w // 2, total_w - total_w // 2, total_h // 2, total_h - total_h // 2))
    return F.conv2d(padded, weight.flip(2, 3), stride=stride)


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
