# %% right: plain, in the order of the card
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: nn.CrossEntropyLoss, zeros kept, cleared just before backward
def train_step(model, optimizer, schedule, images, labels):
    criterion = nn.CrossEntropyLoss()
    model.train()
    outputs = model(images)
    loss = criterion(outputs, labels)
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    value = loss.item()
    optimizer.step()
    schedule.step()
    return value


# %% right: log_softmax and nll_loss, set_to_none=True, float of detached
def train_step(model, optimizer, schedule, images, labels):
    optimizer.zero_grad(set_to_none=True)
    model.train(True)
    log_p = F.log_softmax(model(images), dim=-1)
    loss = F.nll_loss(log_p, labels)
    before = float(loss.detach())
    loss.backward()
    optimizer.step()
    schedule.step()
    return before


# %% right: p.grad set to None in a loop over the model
def train_step(model, optimizer, schedule, images, labels):
    for p in model.parameters():
        p.grad = None
    logits = model.train()(images)
    loss = F.cross_entropy(input=logits, target=labels, reduction="mean")
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: p.grad zeroed in place where there is one
def train_step(model, optimizer, schedule, images, labels):
    model.train(mode=True)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad.zero_()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.detach().cpu().item()


# %% right: autograd.grad, put into .grad by hand
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    model.zero_grad()
    learns = [p for p in model.parameters() if p.requires_grad]
    loss = F.cross_entropy(model(images), labels)
    gradients = torch.autograd.grad(loss, learns, allow_unused=True)
    for p, gradient in zip(learns, gradients):
        p.grad = gradient
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: a closure given to optimizer.step
def train_step(model, optimizer, schedule, images, labels):
    model.train()

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        return loss

    loss = optimizer.step(closure)
    schedule.step()
    return float(loss)


# %% right: the forward pass inside torch.enable_grad
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    model.zero_grad(set_to_none=True)
    with torch.enable_grad():
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: cross-entropy by hand, logsumexp minus the right logit
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    logits = model(images)
    right = logits.gather(1, labels[:, None]).squeeze(1)
    loss = (torch.logsumexp(logits, dim=1) - right).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: one-hot labels as probabilities
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    targets = F.one_hot(labels, num_classes=logits.shape[-1]).to(logits.dtype)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: the sum divided by the number of labels
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    total = F.cross_entropy(model(images), labels, reduction="sum")
    loss = total / len(labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: one forward pass, then a loop over the rows of logits
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    losses = []
    for row, label in zip(logits, labels):
        losses.append(-F.log_softmax(row, dim=0)[label])
    loss = torch.stack(losses).mean()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: clears over the optimiser's groups, torch.autograd.backward
def train_step(model, optimizer, schedule, images, labels):
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    model.train()
    loss = F.cross_entropy(model(images), labels)
    torch.autograd.backward(loss)
    optimizer.step()
    schedule.step()
    return loss.tolist()


# %% right: clears before and after, so that nothing is left behind
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    result = loss.item()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    schedule.step()
    return result


# %% right: indexing with arange, mean by einops
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    log_p = model(images).log_softmax(dim=1)
    picked = log_p[torch.arange(len(labels), device=labels.device), labels]
    loss = -reduce(picked, "batch -> ", "mean")
    model.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: every module is put into training mode only where it is not
def train_step(model, optimizer, schedule, images, labels):
    if not all(m.training for m in model.modules()):
        model.train()
    loss_fn = lambda: nn.CrossEntropyLoss(reduction="none")(model(images), labels).mean()
    loss = loss_fn()
    optimizer.zero_grad()
    loss.backward(gradient=torch.ones_like(loss))
    optimizer.step(), schedule.step()
    return loss.item()


# %% right: helper functions for the parts, called with keywords
def mean_cross_entropy(model, images, labels):
    return F.cross_entropy(target=labels, input=model(images))


def update(optimizer, schedule):
    for mover in (optimizer, schedule):
        mover.step()


def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = mean_cross_entropy(model=model, images=images, labels=labels)
    loss.backward()
    update(optimizer, schedule)
    return loss.item()


# %% wrong: never clears the gradients
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: clears between backward and the optimiser's step
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: clears only at the end, so what was left counts
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    schedule.step()
    return loss.item()


# %% wrong: zero_grad without brackets, never called
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: zero_grad misspelt
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grads()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: p.grad.zero_() without asking for None, crashes on a fresh model
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    for p in model.parameters():
        p.grad.zero_()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: the loop sets a local name, not p.grad
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    for p in model.parameters():
        grad = p.grad
        grad = None
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: zeroes the weights in place of the gradients
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    for p in model.parameters():
        p.data.zero_()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: no model.train()
def train_step(model, optimizer, schedule, images, labels):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: model.eval() in place of model.train()
def train_step(model, optimizer, schedule, images, labels):
    model.eval()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: puts the mode back to what it was
def train_step(model, optimizer, schedule, images, labels):
    was_training = model.training
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    model.train(was_training)
    return loss.item()


# %% wrong: ends in model.eval()
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    model.eval()
    return loss.item()


# %% wrong: model.train() comes after the forward pass
def train_step(model, optimizer, schedule, images, labels):
    optimizer.zero_grad()
    logits = model(images)
    model.train()
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: model.training = True reaches the outermost module only
def train_step(model, optimizer, schedule, images, labels):
    model.training = True
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: model.train = True overwrites the method
def train_step(model, optimizer, schedule, images, labels):
    model.train = True
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: model.train without brackets
def train_step(model, optimizer, schedule, images, labels):
    model.train
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: requires_grad_(True) taken for training mode
def train_step(model, optimizer, schedule, images, labels):
    model.requires_grad_(True)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: the schedule steps just before the optimiser
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    schedule.step()
    optimizer.step()
    return loss.item()


# %% wrong: the schedule steps at the very beginning
def train_step(model, optimizer, schedule, images, labels):
    schedule.step()
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: no schedule.step()
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% wrong: returns before the schedule steps
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
    schedule.step()


# %% wrong: the schedule steps twice
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    schedule.step()
    return loss.item()


# %% wrong: the loss is given to schedule.step as if it were an epoch
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step(loss.item())
    return loss.item()


# %% wrong: get_last_lr in place of step
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.param_groups[0]["lr"] = schedule.get_last_lr()[0]
    return loss.item()


# %% wrong: no optimizer.step()
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    schedule.step()
    return loss.item()


# %% wrong: the optimiser steps twice
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: no backward
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: the optimiser steps before backward
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    optimizer.step()
    loss.backward()
    schedule.step()
    return loss.item()


# %% wrong: backward on the number, crashes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels).item()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss


# %% wrong: a new tensor with requires_grad, cut from the graph
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss = torch.tensor(loss.item(), requires_grad=True)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: forward pass under no_grad, backward crashes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    with torch.no_grad():
        logits = model(images)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: detached logits made to require gradients, nothing learns
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images).detach().requires_grad_()
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: autograd.grad, whose answer goes nowhere
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: backward twice, doubles the gradients
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: divides by four before backward, as for accumulation
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    (loss / 4).backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: returns the loss as a tensor with its graph
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss


# %% wrong: returns a detached tensor, not a number
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.detach().cpu()


# %% wrong: returns a numpy array
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.detach().cpu().numpy()


# %% wrong: loss.item without brackets
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item


# %% wrong: no return
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()


# %% wrong: returns the loss after the step
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    with torch.no_grad():
        loss = F.cross_entropy(model(images), labels)
    return loss.item()


# %% wrong: returns the loss times the batch size
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item() * images.size(0)


# %% wrong: divides the mean by the batch size again for the return
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item() / len(labels)


# %% wrong: rounds the loss to one digit
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return round(loss.item(), 1)


# %% wrong: int in place of float for the Python number
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return int(loss)


# %% wrong: returns the accuracy
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return (logits.argmax(1) == labels).float().mean().item()


# %% wrong: returns loss and rate as a pair
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item(), schedule.get_last_lr()[0]


# %% wrong: the sum of the losses, not the mean
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels, reduction="sum")
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: backward on the sum, though the mean is returned
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels, reduction="sum")
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item() / len(labels)


# %% wrong: mean over batch and classes both
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    one_hot = F.one_hot(labels, logits.shape[1]).float()
    loss = -(one_hot * F.log_softmax(logits, dim=1)).mean()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: reduction none, backward crashes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    losses = F.cross_entropy(model(images), labels, reduction="none")
    losses.backward()
    optimizer.step()
    schedule.step()
    return losses.mean().item()


# %% wrong: softmax before cross_entropy
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(F.softmax(model(images), dim=1), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: softmax over the batch, not over the classes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.nll_loss(F.log_softmax(model(images), dim=0), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: nll_loss of the raw logits
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.nll_loss(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: nll_loss of softmax without the logarithm
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.nll_loss(model(images).softmax(dim=1), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: the minus sign is missing, the loss climbs
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    log_p = F.log_softmax(model(images), dim=1)
    loss = log_p.gather(1, labels.unsqueeze(1)).mean()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: log_p[:, labels] takes a batch by batch square
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    log_p = F.log_softmax(model(images), dim=1)
    loss = -log_p[:, labels].mean()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: arguments of cross_entropy swapped
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(labels, model(images))
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: logits and labels given to the constructor of CrossEntropyLoss
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = nn.CrossEntropyLoss(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: cross-entropy of the argmax, crashes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    predictions = model(images).argmax(dim=1)
    loss = F.cross_entropy(predictions.float(), labels.float())
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: labels turned into floats, crashes
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels.float())
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: squared error to one-hot labels
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    loss = F.mse_loss(logits, F.one_hot(labels, logits.shape[1]).float())
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: binary cross-entropy in place of cross-entropy
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    logits = model(images)
    targets = F.one_hot(labels, logits.shape[1]).float()
    loss = F.binary_cross_entropy_with_logits(logits, targets)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: label smoothing that nobody asked for
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels, label_smoothing=0.1)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: divides the images by 255 first
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images / 255), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: image by image, whose gradients are summed and not averaged
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for i in range(len(images)):
        loss = F.cross_entropy(model(images[i:i + 1]), labels[i:i + 1])
        loss.backward()
        total += loss.item()
    optimizer.step()
    schedule.step()
    return total / len(images)


# %% wrong: clips the norm of the gradients to 1
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: clips each gradient's value
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    torch.nn.utils.clip_grad_value_(model.parameters(), clip_value=0.01)
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: trains a copy of the model
def train_step(model, optimizer, schedule, images, labels):
    import copy
    model = copy.deepcopy(model)
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: makes an optimiser of its own
def train_step(model, optimizer, schedule, images, labels):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: moves the weights by hand, plain SGD whatever the optimiser is
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    lr = optimizer.param_groups[0]["lr"]
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    schedule.step()
    return loss.item()


# %% wrong: the returned loss comes from evaluation mode
def train_step(model, optimizer, schedule, images, labels):
    model.eval()
    with torch.no_grad():
        before = F.cross_entropy(model(images), labels).item()
    model.train()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return before
