"""What the model libraries read from the environment when they are imported."""

from __future__ import annotations

import os

_WANTED = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # Tokenising is a hundredth of the work, and threads in the tokeniser warn after every fork.
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


def prepare_environment() -> None:
    """Switch telemetry and the libraries' own progress bars off; call it before importing them.

    What the user has set stays.
    """
    for name, value in _WANTED.items():
        os.environ.setdefault(name, value)
