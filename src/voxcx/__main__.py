"""``python -m voxcx``."""

from __future__ import annotations

from voxcx.cli import main

main()
