# %% right: in the order of the card
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    optimizer.zero_grad()
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% right: gradients emptied by hand
def train_step(model, optimizer, schedule, images, labels):
    model.train(True)
    for parameter in model.parameters():
        parameter.grad = None
    loss = F.nll_loss(model(images).log_softmax(1), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return float(loss)


# %% right: autograd.grad in place of backward
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    parameters = list(model.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer.step()
    schedule.step()
    return loss.detach().cpu().item()


# %% wrong: zero_grad forgotten
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: zero_grad between backward and step
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: returns the tensor
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss


# %% wrong: evaluation mode
def train_step(model, optimizer, schedule, images, labels):
    model.eval()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


# %% wrong: schedule before the optimiser
def train_step(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    schedule.step()
    optimizer.step()
    return loss.item()
