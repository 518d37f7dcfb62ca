"""voxcx: what was said on a contact-centre call or chat → what the customer felt and what the agent got right.

Importing voxcx loads no heavy library; each room opens its own when it is first used.
"""

from __future__ import annotations

__version__ = "0.1.0"
