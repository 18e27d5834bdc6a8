"""What this machine can do, and what is said where the settings ask for more."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from paperradar.encoding import describe_machine, machine
from paperradar.encoding.environment import prepare_environment
from paperradar.encoding.machine import Precision, choose_device, choose_precision, cpu_has_bfloat16, torch_dtype
from paperradar.errors import ModelError, UsageError
from paperradar.settings import EncoderSettings


def settings(**keys: object) -> EncoderSettings:
    return EncoderSettings.model_validate(keys)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A torch that finds one GPU, which multiplies bfloat16."""
    import torch

    def native(including_emulation: bool = True) -> bool:
        del including_emulation
        return True

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", native)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A card")
    return monkeypatch


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    return monkeypatch


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16 vme\n", True),
        ("flags\t\t: fpu amx_bf16 amx_tile", True),
        ("flags\t\t: fpu avx512f avx2\n", False),
        ("flags\t\t: fpu avx512_bf16x\nmodel name\t: avx512_bf16\n", False),  # whole names, and of the flags alone
        ("flags\t\t: fpu\nflags\t\t: avx512_bf16\n", False),  # the first processor's
        ("Features\t: fp asimd bf16\n", False),
        ("", False),
    ],
)
def test_bfloat16_of_a_processor(tmp_path: Path, cpuinfo: str, expected: bool) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(cpuinfo)
    assert cpu_has_bfloat16(path) is expected


def test_a_system_that_does_not_tell_its_processor_has_no_bfloat16(tmp_path: Path) -> None:
    assert cpu_has_bfloat16(tmp_path / "none") is False
    assert cpu_has_bfloat16(tmp_path) is False


@pytest.mark.parametrize(("native", "expected"), [(True, "bfloat16"), (False, "float32")])
def test_auto_precision_on_a_cpu(monkeypatch: pytest.MonkeyPatch, native: bool, expected: str) -> None:
    monkeypatch.setattr(machine, "cpu_has_bfloat16", lambda: native)
    assert choose_precision(settings(), "cpu") == expected
    assert choose_precision(settings(), "mps") == "float32"


@pytest.mark.parametrize(("native", "expected"), [(True, "bfloat16"), (False, "float32")])
def test_auto_precision_on_a_gpu_does_not_take_emulation(
    monkeypatch: pytest.MonkeyPatch, native: bool, expected: str
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or native)
    assert choose_precision(settings(), "cuda") == expected


def test_a_precision_that_is_asked_for_is_taken() -> None:
    for precision in ("float32", "bfloat16"):
        for device in ("cpu", "cuda", "mps"):
            assert choose_precision(settings(precision=precision), device) == precision
    assert choose_precision(settings(precision="float16"), "cuda") == "float16"


def test_float16_on_a_cpu_is_refused() -> None:
    with pytest.raises(UsageError, match=r"float16.* is for GPUs; set it to") as caught:
        choose_precision(settings(precision="float16"), "cpu")
    assert caught.value.exit_code == 2


def test_the_best_device_is_taken(gpu: pytest.MonkeyPatch) -> None:
    import torch

    assert choose_device(settings()) == "cuda"
    assert choose_device(settings(device="cpu")) == "cpu"
    gpu.setattr(torch.cuda, "is_available", lambda: False)
    gpu.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device(settings()) == "mps"


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_said_so(device: str) -> None:
    assert choose_device(settings()) == "cpu"
    with pytest.raises(ModelError, match=f'encoder.device = "{device}", but this torch .* finds none') as caught:
        choose_device(settings(device=device))
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("no_gpu")
def test_a_report_of_this_machine() -> None:
    import torch

    report = describe_machine(settings(precision="float32"))
    assert (report.torch, report.device, report.precision) == (torch.__version__, "cpu", "float32")
    assert report.threads == torch.get_num_threads()
    assert report.device_name
    assert json.loads(json.dumps(report.as_dict())) == report.as_dict()


@pytest.mark.parametrize(
    ("cuda", "hip", "build"), [(None, None, "CPU"), ("12.8", None, "CUDA 12.8"), (None, "6.4", "ROCm 6.4")]
)
def test_a_report_names_torchs_build(gpu: pytest.MonkeyPatch, cuda: str | None, hip: str | None, build: str) -> None:
    import torch

    gpu.setattr(torch.version, "cuda", cuda)
    gpu.setattr(torch.version, "hip", hip)
    report = describe_machine(settings())
    assert (report.build, report.device, report.device_name) == (build, "cuda", "A card")
    assert report.precision == "bfloat16"


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_torchs_name_for_a_precision(precision: Precision) -> None:
    assert str(torch_dtype(precision)) == f"torch.{precision}"


def test_the_environment_is_prepared_but_the_users_choice_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "")  # so that monkeypatch puts back what was there before
    monkeypatch.delenv("TOKENIZERS_PARALLELISM")
    prepare_environment()
    assert os.environ["HF_HUB_DISABLE_TELEMETRY"] == "0"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
