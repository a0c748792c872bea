"""A CUDA device that isn't there: tensors lie on the CPU, each carries a logical device, and mixing raises as in CUDA.

`pytest --device pretend` puts tests and notebooks on it, and `start()` begins it in any process: from then on
`torch.cuda` answers for two GPUs, `.to("cuda")` copies and tags, an operation on tensors of two devices raises, and
`.numpy()` of a tagged tensor does. What a real GPU does and this can't show: its numerics (sums in another order, TF32,
half precision), asynchrony (a time measured without synchronize, a host buffer changed too early), its memory and its
speed, kernels that exist on one device only, code below Python that allocates by itself, and threads other than the
one that called `start()`.

The tag is kept on a tensor's storage, so that views, detached copies and what autograd has saved share it.
"""

import contextlib
import time
import types
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

# At once: it must have the functions that are replaced below as they were.
from torch.utils._device import DeviceContext, _device_constructors

GPUS = 2
BYTES: dict[int, int] = {}  # of the largest tensor that was put on each GPU: enough for "was it used at all?"
HOST = {"item", "tolist", "cpu", "__bool__", "__float__", "__int__", "__index__", "__len__", "__format__", "__repr__"}
ALONE = HOST | {"copy_", "to", "__get__", "__set__", "__delete__", "untyped_storage", "set_", "is_shared", "__hash__"}
ALONE |= {"_has_compatible_shallow_copy_type", "_record_function_enter_new", "record_stream", "type", "cuda"}


def logical(tensor: Tensor) -> torch.device | None:
    """The GPU that a tensor pretends to be on, or None."""
    if type(tensor) is not Tensor and not isinstance(tensor, Tensor):
        return None
    if tensor.layout is not torch.strided or tensor.is_meta:
        return None
    return getattr(tensor.untyped_storage(), "pretended", None)


def tagged(tensor: Tensor, device: torch.device) -> Tensor:
    storage = tensor.untyped_storage()
    if getattr(storage, "pretended", None) is None:
        storage.pretended = device
        BYTES[device.index] = max(BYTES.get(device.index, 0), storage.nbytes())
    return tensor


def resolved(device: Any) -> torch.device | None:
    """The GPU that an argument names; None where it names another device or none. Raises as CUDA for one too many."""
    if isinstance(device, int) and not isinstance(device, bool):
        device = torch.device("cuda", device)
    device = torch.device(device) if isinstance(device, str) else device
    if not isinstance(device, torch.device) or device.type != "cuda":
        return None
    index = Pretended.current if device.index is None else device.index
    if index >= GPUS:
        raise RuntimeError("CUDA error: invalid device ordinal")
    return torch.device("cuda", index)


def tensors_in(values: Any) -> list[Tensor]:
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, dict):
        values = values.values()
    if isinstance(values, (list, tuple, type({}.values()))):
        return [tensor for value in values for tensor in tensors_in(value)]
    return []


def default_device() -> torch.device | None:
    stack = torch.overrides._get_current_function_mode_stack()
    return next((mode.device for mode in stack if isinstance(mode, DeviceContext)), None)


class Pretended(TorchFunctionMode):
    """Sees every call on tensors: checks that their devices agree, and tags what comes out."""

    current = 0
    saving = False

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        owner = getattr(func, "__self__", None)
        if name in ("__get__", "__set__"):
            return self._property(func, name, getattr(owner, "__name__", ""), args)
        if name in ("numpy", "__array__", "__dlpack__") and (device := logical(args[0])):
            raise TypeError(
                f"can't convert {device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
                f"memory first."
            )
        if name in ("to", "cuda", "cpu"):
            return self._moved(func, name, args, kwargs)
        if name == "get_device" and isinstance(args[0], Tensor):
            return device.index if (device := logical(args[0])) else -1
        if name == "set_default_device":
            return func(*args, **kwargs)
        return self._called(func, name, args, kwargs)

    def _property(self, func, name, attribute, args):
        device = logical(args[0]) if isinstance(args[0], Tensor) else None
        if name == "__set__" and attribute == "grad" and isinstance(args[1], Tensor) and logical(args[1]) != device:
            raise RuntimeError("attempting to assign a gradient with a device different from its tensor's")
        if device is not None and name == "__get__":
            known = {"device": device, "is_cuda": True, "is_cpu": False}
            if attribute in known:
                return known[attribute]
        result = func(*args)
        if device is not None and isinstance(result, Tensor):  # a gradient, which autograd has made below Python
            tagged(result, device)
        return result

    def _moved(self, func, name, args, kwargs):
        tensor, rest = args[0], args[1:]
        before, copy = logical(tensor), kwargs.pop("copy", False)
        if name == "to" and rest and isinstance(rest[0], Tensor):
            device, dtype, layout = logical(rest[0]) or torch.device("cpu"), rest[0].dtype, None
        elif name == "to":
            device, dtype, _, layout = torch._C._nn._parse_to(*rest, **kwargs)
        else:
            device = "cpu" if name == "cpu" else (rest[0] if rest else kwargs.get("device")) or "cuda"
            dtype = layout = None
        target = before if device is None else resolved(device)
        if device is not None and target is None and torch.device(device).type != "cpu":  # meta, say
            return func(*args, **kwargs)
        formatted = {} if layout is None else {"memory_format": layout}
        moved = func.__objclass__.to(tensor, tensor.dtype if dtype is None else dtype, copy=copy, **formatted)
        if target != before and moved.untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr():
            moved = moved.clone()
        return moved if target is None else tagged(moved, target)

    def _called(self, func, name, args, kwargs):
        asked = kwargs.get("device")
        if asked is None and func in _device_constructors():  # a default device would ask for the real one
            asked = kwargs["device"] = default_device()
        target = resolved(asked) if asked is not None else None
        if target is not None:
            kwargs["device"] = "cpu"
        given = tensors_in(args) + tensors_in(kwargs)
        device = self._agreed(name, args, given)
        generator = kwargs.get("generator")
        where = target if asked is not None else device
        if isinstance(generator, torch.Generator):
            its = getattr(generator, "pretended", None)
            if its != where:
                raise RuntimeError(
                    f"Expected a '{where or 'cpu'}' device type for generator but found '{its or 'cpu'}'"
                )
        result = func(*args, **kwargs)
        if name in ("as_tensor", "asarray") and isinstance(result, Tensor):
            result = result.clone()  # it shares its memory with what it is made from, which is on another device
        if name == "__repr__" and device is not None:
            return result.removesuffix(")") + f", device='{device}')"
        if where is not None and name not in HOST:
            for tensor in tensors_in(result):
                if tensor.layout is torch.strided and not tensor.is_meta:
                    tagged(tensor, where)
        return result

    def _agreed(self, name, args, given):
        """The GPU of the tensors in a call. Raises as CUDA does where they are not all on one device."""
        found = [(tensor, logical(tensor)) for tensor in given]
        devices = {device for _, device in found if device is not None}
        if not devices or name in ALONE:
            return next(iter(devices), None)
        strangers = [tensor for tensor, device in found if device is None]
        in_place = (name.endswith("_") and not name.endswith("__")) or name.startswith("__i")
        if name in ("__getitem__", "__setitem__"):
            indices = tensors_in(args[1:2])
            if logical(args[0]) is None and any(logical(index) for index in indices):
                raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
            # Indices may be on the CPU; and what a slice is set to is copied there, wherever it is.
            strangers = [tensor for tensor in tensors_in(args[2:]) if indices and logical(tensor) is None]
        if in_place:  # what is changed stays where it is, were it a single number
            strangers += [torch.ones(1) for tensor in tensors_in(args[:1]) if logical(tensor) is None]
        if len(devices) > 1 or any(tensor.dim() for tensor in strangers):
            names = [*sorted(map(str, devices)), "cpu"]
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but found at least two devices, {names[0]} and "
                f"{names[1]}! (in {name})"
            )
        return next(iter(devices))


def restored(device, reduced):
    """What was pickled on a GPU comes back there."""
    function, arguments, *_ = reduced
    return tagged(function(*arguments), torch.device(device))


class Event:
    """A mark in time, as on a real stream, which here is the CPU's own."""

    def __init__(self, enable_timing=False, **_):
        self.seconds = 0.0

    def record(self, stream=None):
        self.seconds = time.perf_counter()

    def synchronize(self):
        pass

    def elapsed_time(self, end):
        return 1000 * (end.seconds - self.seconds)


class Device:
    """`torch.cuda.device(index)`: a block in which "cuda" means that one."""

    def __init__(self, device):
        self.index = (resolved(device) or torch.device("cuda", Pretended.current)).index

    def __enter__(self):
        self.before, Pretended.current = Pretended.current, self.index

    def __exit__(self, *_):
        Pretended.current = self.before


class Generator(torch.Generator):
    """A generator of random numbers that knows which GPU it pretends to be on."""

    def __new__(cls, device="cpu"):
        made = super().__new__(cls)
        made.pretended = resolved(device)
        return made

    @property
    def device(self):
        return self.pretended or torch.device("cpu")


def start() -> None:
    """Begin the pretence in this process, on this thread, for good; a second call does nothing."""
    cuda = torch.cuda
    if torch.Generator is Generator:
        return

    def of(device):
        return Pretended.current if device is None else (resolved(device) or torch.device("cuda", 0)).index

    answers = {
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "_lazy_init": lambda: None,
        "device_count": lambda: GPUS,
        "current_device": lambda: Pretended.current,
        "set_device": lambda device: setattr(Pretended, "current", of(device)),
        "get_device_name": lambda device=None: "pretended GPU",
        "get_device_capability": lambda device=None: (9, 0),
        "get_device_properties": lambda device=None: types.SimpleNamespace(
            name="pretended GPU", total_memory=2**34, major=9, minor=0, multi_processor_count=1
        ),
        "is_bf16_supported": lambda including_emulation=True: True,
        "synchronize": lambda device=None: of(device) and None,
        "empty_cache": lambda: None,
        "mem_get_info": lambda device=None: (2**33, 2**34),
        "memory_allocated": lambda device=None: BYTES.get(of(device), 0),
        "max_memory_allocated": lambda device=None: BYTES.get(of(device), 0),
        "reset_peak_memory_stats": lambda device=None: BYTES.update({of(device): 0}),
        "manual_seed": lambda seed: None,
        "manual_seed_all": lambda seed: None,
        "get_rng_state": lambda device="cuda": torch.get_rng_state(),
        "set_rng_state": lambda state, device="cuda": None,
    }
    stream = types.SimpleNamespace(is_capturing=lambda: False, synchronize=lambda: None)
    answers |= {
        "Event": Event,
        "device": Device,
        "current_stream": lambda device=None: stream,
        "is_current_stream_capturing": lambda: False,
    }
    for name, answer in answers.items():
        setattr(cuda, name, answer)
    torch.accelerator.current_stream = answers["current_stream"]
    torch.accelerator.current_device_index = answers["current_device"]
    torch.accelerator.synchronize = answers["synchronize"]
    autocast = torch.autocast.__init__
    torch.autocast.__init__ = lambda self, device_type, *args, **kwargs: autocast(
        self, "cpu" if torch.device(device_type).type == "cuda" else device_type, *args, **kwargs
    )
    enabled, dtype_of, reduce = torch.is_autocast_enabled, torch.get_autocast_dtype, Tensor.__reduce_ex__
    torch.is_autocast_enabled = lambda device_type="cpu": enabled("cpu" if device_type == "cuda" else device_type)
    torch.get_autocast_dtype = lambda device_type: dtype_of("cpu" if device_type == "cuda" else device_type)

    def reduced(tensor, protocol):
        device = None if Pretended.saving else logical(tensor)
        return reduce(tensor, protocol) if device is None else (restored, (str(device), reduce(tensor, protocol)))

    Tensor.__reduce_ex__ = reduced
    load, save = torch.load, torch.save

    def saved(*args, **kwargs):  # what is loaded is on the CPU, unless map_location says otherwise
        Pretended.saving = True
        try:
            save(*args, **kwargs)
        finally:
            Pretended.saving = False

    def loaded(file, map_location=None, **kwargs):
        found = load(file, map_location="cpu" if resolved(map_location) else map_location, **kwargs)
        if resolved(map_location):
            for tensor in tensors_in(found):
                tagged(tensor, resolved(map_location))
        return found

    torch.load, torch.save, torch.Generator = loaded, saved, Generator
    torch.compile = lambda model=None, *args, **kwargs: model if model is not None else lambda function: function
    parse = torch._C._nn._parse_to

    def parsed(*args, **kwargs):  # what `module.to(tensor)` asks below Python
        device, *others = parse(*args, **kwargs)
        return (logical(args[0]) or device if args and isinstance(args[0], Tensor) else device, *others)

    torch._C._nn._parse_to = parsed
    _stay_under_other_modes()
    Pretended().__enter__()


def _stay_under_other_modes() -> None:
    """Who sets all function modes aside, as an exercise's check, leaves this one: a real GPU would stay, too."""
    overrides = torch.overrides
    stack, pop, push = overrides._get_current_function_mode_stack, overrides._pop_mode, overrides._push_mode

    def popped():
        mode = pop()
        if isinstance(mode, Pretended) and stack():
            mode, pretended = pop(), mode
            mode.stood_below = True
            push(pretended)
        return mode

    def pushed(mode):
        above = pop() if vars(mode).pop("stood_below", False) else None
        push(mode)
        if above is not None:
            push(above)

    @contextlib.contextmanager
    def popped_temporarily():
        mode = pop()
        try:
            yield mode
        finally:
            push(mode)

    overrides._get_current_function_mode_stack = lambda: [m for m in stack() if not isinstance(m, Pretended)]
    overrides._pop_mode, overrides._push_mode, overrides._pop_mode_temporarily = popped, pushed, popped_temporarily
