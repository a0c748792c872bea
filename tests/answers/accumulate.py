# %% right: split both, each mean weighted by its share of the batch
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% right: range with step and slices, reduction sum divided by the batch
def accumulate(model, optimizer, images, labels, size):
    n = images.shape[0]
    optimizer.zero_grad()
    total = 0
    for start in range(0, n, size):
        stop = start + size
        logits = model(images[start:stop])
        loss = F.cross_entropy(logits, labels[start:stop], reduction="sum")
        (loss / n).backward()
        total += float(loss)
    optimizer.step()
    return total / n


# %% right: while loop with min for the end of the piece
def accumulate(model, optimizer, images, labels, size):
    """One step with at most `size` images in the model at a time; returns the loss."""
    batch = images.size(0)
    done = 0
    mean_loss = 0.0
    optimizer.zero_grad(set_to_none=True)
    while done < batch:
        end = min(done + size, batch)
        share = (end - done) / batch
        piece_loss = nn.functional.cross_entropy(model(images[done:end]), labels[done:end])
        piece_loss = share * piece_loss
        piece_loss.backward()
        mean_loss = mean_loss + piece_loss.item()
        done = end
    optimizer.step()
    return mean_loss


# %% right: DataLoader over a TensorDataset, not shuffled
from torch.utils.data import DataLoader, TensorDataset


def accumulate(model, optimizer, images, labels, size):
    loader = DataLoader(
        TensorDataset(images, labels),
        batch_size=size,
        shuffle=False,
        drop_last=False,
        generator=torch.Generator(),
    )
    optimizer.zero_grad()
    losses = []
    for x, y in loader:
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(labels)
        loss.backward()
        losses.append(loss.item())
    optimizer.step()
    return sum(losses)


# %% right: split by a list of sizes with the rest as last piece
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    full, rest = divmod(n, size)
    sizes = [size] * full
    if rest > 0:
        sizes.append(rest)
    criterion = nn.CrossEntropyLoss()
    optimizer.zero_grad()
    result = 0.0
    for count, x, y in zip(sizes, images.split(sizes), labels.split(sizes)):
        loss = criterion(model(x), y)
        (loss * (count / n)).backward()
        result += loss.item() * count / n
    optimizer.step()
    return result


# %% right: gradients of sums, all divided by the batch before the step
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    loss_sum = 0.0
    for i in range(0, len(images), size):
        loss = F.cross_entropy(model(images[i:i + size]), labels[i:i + size], reduction="sum")
        loss.backward()
        loss_sum += loss.item()
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p.grad.div_(len(images))
    optimizer.step()
    return loss_sum / len(images)


# %% right: autograd.grad for each piece, added by hand and put into .grad
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    params = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
    sums = [None] * len(params)
    n = len(labels)
    value = 0.0
    for x, y in zip(torch.split(images, size), torch.split(labels, size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / n
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        value += loss.item()
        for k, g in enumerate(grads):
            if g is None:
                continue
            sums[k] = g if sums[k] is None else sums[k] + g
    for p, g in zip(params, sums):
        p.grad = g
    optimizer.step()
    return value


# %% right: reduction none, running sum as a detached tensor
def accumulate(model, optimizer, images, labels, size):
    batch = labels.shape[0]
    criterion = nn.CrossEntropyLoss(reduction="none")
    running = torch.zeros((), device=images.device)
    optimizer.zero_grad()
    for x, y in zip(images.split(size), labels.split(size)):
        each = criterion(model(x), y)
        each.sum().div(batch).backward()
        running = running + each.detach().sum()
    optimizer.step()
    return (running / batch).item()


# %% right: the weight is handed to backward as the incoming gradient
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    n, total = len(images), 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        weight = len(y) / n
        loss.backward(gradient=torch.full_like(loss, weight))
        total += weight * loss.item()
    optimizer.step()
    return total


# %% right: cross-entropy by hand with log_softmax and gather
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for i in range(0, len(images), size):
        y = labels[i:i + size]
        logp = F.log_softmax(model(images[i:i + size]), dim=-1)
        loss = -logp.gather(1, y.unsqueeze(1)).sum() / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% right: a closure that goes over the pieces, handed to optimizer.step
def accumulate(model, optimizer, images, labels, size):
    values = []

    def closure():
        optimizer.zero_grad()
        total = 0.0
        for x, y in zip(images.split(size), labels.split(size)):
            loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
            loss.backward()
            total += loss.item()
        values.append(total)
        return total

    optimizer.step(closure)
    return values[0]


# %% right: lists of indices from a BatchSampler
from torch.utils.data import BatchSampler, SequentialSampler


def accumulate(model, optimizer, images, labels, size):
    sampler = BatchSampler(SequentialSampler(range(len(images))), batch_size=size, drop_last=False)
    optimizer.zero_grad()
    total = 0.0
    for index in sampler:
        loss = F.cross_entropy(model(images[index]), labels[index])
        loss = loss * (len(index) / len(images))
        loss.backward()
        total += loss.detach().item()
    optimizer.step()
    return total


# %% right: count of pieces rounded up, helper for one piece, grads set to None
def piece_loss(model, x, y, n):
    logits = model(x)
    picked = logits[torch.arange(len(y), device=logits.device), y]
    return (torch.logsumexp(logits, dim=1) - picked).sum() / n


def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    total = 0.0
    for k in range(math.ceil(n / size)):
        part = slice(k * size, (k + 1) * size)
        loss = piece_loss(model, images[part], labels[part], n)
        loss.backward()
        total += float(loss.detach())
    optimizer.step()
    return total


# %% right: generator of pieces, np.average with the counts as weights
def pieces(images, labels, size):
    for start in np.arange(0, len(images), size):
        yield images[start:start + size], labels[start:start + size]


def accumulate(model, optimizer, images, labels, size):
    model.zero_grad()
    optimizer.zero_grad()
    means, counts = [], []
    for x, y in pieces(images, labels, size):
        mean = F.cross_entropy(model(x), y)
        (mean * x.shape[0] / images.shape[0]).backward()
        means.append(mean.item())
        counts.append(x.shape[0])
    optimizer.step()
    return float(np.average(means, weights=counts))


# %% wrong: every piece's mean goes backward undivided
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(x)
    optimizer.step()
    return total / len(images)


# %% wrong: divided by the number of pieces, though the last is smaller
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    parts = list(zip(images.split(size), labels.split(size)))
    total = 0.0
    for x, y in parts:
        loss = F.cross_entropy(model(x), y) / len(parts)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: every mean weighted with size / batch, also the smaller last one
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    optimizer.zero_grad()
    total = 0.0
    for i in range(0, n, size):
        loss = F.cross_entropy(model(images[i:i + size]), labels[i:i + size]) * size / n
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: number of pieces rounded down, the leftover images are lost
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    optimizer.zero_grad()
    total = 0.0
    for k in range(n // size):
        x = images[k * size:(k + 1) * size]
        y = labels[k * size:(k + 1) * size]
        loss = F.cross_entropy(model(x), y, reduction="sum") / n
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: the optimiser steps after every piece
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


# %% wrong: zero_grad inside the loop, only the last piece counts
def accumulate(model, optimizer, images, labels, size):
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: no zero_grad at all, old gradients count
def accumulate(model, optimizer, images, labels, size):
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: zero_grad only after the step, old gradients count
def accumulate(model, optimizer, images, labels, size):
    total = 0.0
    for i in range(0, len(images), size):
        loss = F.cross_entropy(model(images[i:i + size]), labels[i:i + size], reduction="sum")
        loss = loss / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    optimizer.zero_grad()
    return total


# %% wrong: zero_grad between backward and step, nothing is learned
def accumulate(model, optimizer, images, labels, size):
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.zero_grad()
    optimizer.step()
    return total


# %% wrong: adds the losses up and goes backward once, all graphs are kept
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    loss = 0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = loss + F.cross_entropy(model(x), y, reduction="sum")
    loss = loss / len(images)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: list of outputs joined with cat, one backward, all graphs are kept
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    logits = torch.cat([model(x) for x in images.split(size)])
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: running total goes backward each time, early pieces repeat
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        total = total + F.cross_entropy(model(x), y) * len(x) / len(images)
        total.backward(retain_graph=True)
    optimizer.step()
    return total.item()


# %% wrong: running total goes backward each time, no retain_graph, error
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        total = total + F.cross_entropy(model(x), y) * len(x) / len(images)
        total.backward()
    optimizer.step()
    return total.item()


# %% wrong: retain_graph and a total that is not detached keep every graph
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        loss.backward(retain_graph=True)
        total += loss
    optimizer.step()
    return total.item()


# %% wrong: returns the loss of the last piece
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        (loss * len(x) / len(images)).backward()
    optimizer.step()
    return loss.item()


# %% wrong: returns a tensor in place of a number
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.detach()
    optimizer.step()
    return total


# %% wrong: returns the list of the pieces' losses
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    losses = []
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        losses.append(loss.item())
        (loss * len(x) / len(images)).backward()
    optimizer.step()
    return losses


# %% wrong: returns the plain mean of the piece means, gradients are right
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    losses = []
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        (loss * len(x) / len(images)).backward()
        losses.append(loss.item())
    optimizer.step()
    return sum(losses) / len(losses)


# %% wrong: returns the sum of the losses, not divided, gradients are right
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum")
        (loss / len(images)).backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: puts the model into training mode as in the step before
def accumulate(model, optimizer, images, labels, size):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: leaves the model in evaluation mode at the end
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    model.eval()
    return total


# %% wrong: the step of the optimiser is forgotten
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    return total


# %% wrong: backward is forgotten
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: backward after the loop, only for the last piece
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        total += loss.item()
    loss.backward()
    optimizer.step()
    return total


# %% wrong: nothing is returned
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()


# %% wrong: size taken as the number of pieces, with chunk
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.chunk(size), labels.chunk(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: the whole batch goes through the model, only the logits are split
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    logits = model(images)
    total = 0.0
    for z, y in zip(logits.split(size), labels.split(size)):
        loss = F.cross_entropy(z, y, reduction="sum") / len(images)
        loss.backward(retain_graph=True)
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: item before backward, a float has no backward
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y).item() * len(x) / len(images)
        loss.backward()
        total += loss
    optimizer.step()
    return total


# %% wrong: optimizer misspelt, so the name is not known
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimiser.step()
    return total


# %% wrong: DataLoader with drop_last, the smaller last piece is lost
from torch.utils.data import DataLoader, TensorDataset


def accumulate(model, optimizer, images, labels, size):
    loader = DataLoader(TensorDataset(images, labels), batch_size=size, drop_last=True)
    optimizer.zero_grad()
    total = 0.0
    for x, y in loader:
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: the images are shuffled, the labels are not
def accumulate(model, optimizer, images, labels, size):
    order = torch.randperm(len(images), device=images.device)
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images[order].split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: labels not cut into pieces, shapes do not fit
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x in images.split(size):
        loss = F.cross_entropy(model(x), labels) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: labels always those of the first piece
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x in images.split(size):
        loss = F.cross_entropy(model(x), labels[:len(x)]) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: range ends at batch minus size, the last piece is lost
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    optimizer.zero_grad()
    total = 0.0
    for i in range(0, n - size, size):
        loss = F.cross_entropy(model(images[i:i + size]), labels[i:i + size], reduction="sum") / n
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: slices one too long, pieces overlap by one image
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    optimizer.zero_grad()
    total = 0.0
    for i in range(0, n, size):
        x, y = images[i:i + size + 1], labels[i:i + size + 1]
        loss = F.cross_entropy(model(x), y, reduction="sum") / n
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: range steps by one, the slices overlap
def accumulate(model, optimizer, images, labels, size):
    n = len(images)
    optimizer.zero_grad()
    total = 0.0
    for i in range(0, n):
        x, y = images[i:i + size], labels[i:i + size]
        loss = F.cross_entropy(model(x), y, reduction="sum") / n
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: sum divided by size in place of the batch
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / size
        loss.backward()
        total += loss.item() * size
    optimizer.step()
    return total / len(images)


# %% wrong: the mean of the piece divided by the batch once more
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: weighted only after backward, so only the returned loss is right
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        loss = loss * len(x) / len(images)
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: returns the loss measured again after the step
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
    optimizer.step()
    total = 0.0
    with torch.no_grad():
        for x, y in zip(images.split(size), labels.split(size)):
            total += F.cross_entropy(model(x), y, reduction="sum").item()
    return total / len(images)


# %% wrong: softmax before the cross-entropy
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        probs = model(x).softmax(dim=-1)
        loss = F.cross_entropy(probs, y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: model called under no_grad, backward has no graph
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        with torch.no_grad():
            logits = model(x)
        loss = F.cross_entropy(logits, y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: step and return indented into the loop, ends after the first piece
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
        optimizer.step()
        return total


# %% wrong: a piece smaller than size is skipped
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        if len(x) < size:
            continue
        loss = F.cross_entropy(model(x), y) * size / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: returned loss weighs every piece with size, gradients are right
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y)
        (loss * len(x) / len(images)).backward()
        total += loss.item() * size
    optimizer.step()
    return total / len(images)


# %% wrong: returned loss divided by the number of pieces a second time
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total, count = 0.0, 0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y) * len(x) / len(images)
        loss.backward()
        total += loss.item()
        count += 1
    optimizer.step()
    return total / count


# %% wrong: .grad overwritten by autograd.grad, only the last piece counts
def accumulate(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    params = [p for p in model.parameters() if p.requires_grad]
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum") / len(images)
        for p, g in zip(params, torch.autograd.grad(loss, params)):
            p.grad = g
        total += loss.item()
    optimizer.step()
    return total


# %% wrong: all pieces are averaged, but the old gradients are divided along
def accumulate(model, optimizer, images, labels, size):
    total = 0.0
    for x, y in zip(images.split(size), labels.split(size)):
        loss = F.cross_entropy(model(x), y, reduction="sum")
        loss.backward()
        total += loss.item()
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= len(images)
    optimizer.step()
    return total / len(images)
