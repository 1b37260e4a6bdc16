# SPDX-License-Identifier: BSD-3-Clause
"""Makes test/lab importable from every suite below."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
