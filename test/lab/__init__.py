# SPDX-License-Identifier: BSD-3-Clause
"""What the functional and the interoperability suites share: networks, the daemon, clients."""
