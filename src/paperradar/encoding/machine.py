"""What this machine can do for a model: device, precision, torch's build."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from paperradar.encoding.environment import prepare_environment
from paperradar.errors import ModelError, UsageError
from paperradar.settings import EncoderSettings

if TYPE_CHECKING:
    import torch

Precision = Literal["float32", "bfloat16", "float16"]

_CPUINFO = Path("/proc/cpuinfo")
# Instructions that multiply bfloat16. Without them torch emulates it, which is slower than float32.
_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


@dataclass(frozen=True, slots=True)
class MachineReport:
    """What an encoder would run on. ``build`` is torch's: ``CPU``, ``CUDA 12.8``, ``ROCm 6.4``."""

    torch: str
    build: str
    device: str
    device_name: str
    precision: Precision
    threads: int

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def describe_machine(settings: EncoderSettings) -> MachineReport:
    """Look at this machine; imports torch. Raises ModelError or UsageError where the settings ask for too much."""
    prepare_environment()
    import torch

    device = choose_device(settings)
    build = "CPU"
    if torch.version.cuda:
        build = f"CUDA {torch.version.cuda}"
    elif torch.version.hip:
        build = f"ROCm {torch.version.hip}"
    return MachineReport(
        torch=torch.__version__,
        build=build,
        device=device,
        device_name=torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine(),
        precision=choose_precision(settings, device),
        threads=torch.get_num_threads(),
    )


def choose_device(settings: EncoderSettings) -> str:
    """``cuda``, ``mps`` or ``cpu``: the best there is, or the one asked for. Raises ModelError where it is missing."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if settings.device == "auto":
        return next(device for device, available in there.items() if available)
    if not there[settings.device]:
        raise ModelError(
            f'encoder.device = "{settings.device}", but this torch ({torch.__version__}) finds none; set it to "auto",'
            " or install a torch build for it"
        )
    return settings.device


def choose_precision(settings: EncoderSettings, device: str) -> Precision:
    """bfloat16 where the device multiplies it natively, else float32; or the one asked for.

    Raises UsageError for float16 on a CPU, where it is slow and overflows.
    """
    if settings.precision == "float16" and device == "cpu":
        raise UsageError('encoder.precision = "float16" is for GPUs; set it to "auto", "bfloat16" or "float32"')
    if settings.precision != "auto":
        return settings.precision
    if device == "cuda":
        import torch

        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        native = device == "cpu" and cpu_has_bfloat16()
    return "bfloat16" if native else "float32"


def cpu_has_bfloat16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether Linux lists bfloat16 instructions for the first processor; False where there is no such file."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return not _BFLOAT16_FLAGS.isdisjoint(flags.split())


def torch_dtype(precision: Precision) -> torch.dtype:
    """torch's name for a precision."""
    import torch

    return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
