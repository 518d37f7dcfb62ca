"""Write a model of voxcx's as a folder that the peers load: python -m asr.unpack MODEL FOLDER; prints what to load.

In a process of its own: a parent that has held the weights would hand its peak memory on to every child.
"""

from __future__ import annotations

import sys
from pathlib import Path

from voxcx.transcribe.weights import find_weights

if __name__ == "__main__":
    weights, folder = find_weights(sys.argv[1]), Path(sys.argv[2])
    for name, content in weights.files.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    print(folder if weights.files else weights.location)
