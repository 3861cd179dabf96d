"""Serve a stand-in of HighLevel's API on this machine until it is interrupted.

The same as python -m facade.testing.
"""

from facade.testing.__main__ import EPILOG as _EPILOG
from facade.testing.__main__ import add_arguments, run

__all__ = ["EPILOG", "add_arguments", "run"]

EPILOG = f"""
{_EPILOG}
examples:
  {{program}} sandbox --port 8080
  export HIGHLEVEL_BASE_URL=http://127.0.0.1:8080 HIGHLEVEL_TOKEN=pit-sandbox \\
    HIGHLEVEL_LOCATION_ID=sandbox-location
  {{program}} doctor
"""
