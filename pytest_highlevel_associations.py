"""Loads the plugin `facade.testing.plugin`; where it cannot, pytest still starts, and says why.

pytest loads it in every project of an environment, also in one with a package `facade` of its own.
So it is in no package, whose import would fail there.
"""

import sys

try:
    import highlevel_associations  # noqa: F401 - it checks which package `facade` is
    from facade.testing import plugin
except ImportError as error:
    _WHY = str(error)

    def pytest_report_header() -> str:
        """Say why the fixtures are missing."""
        return f"highlevel-associations has no fixtures: {_WHY}"
else:
    sys.modules[__name__] = plugin
