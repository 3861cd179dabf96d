"""The errors of OAuth can be pickled."""

import copy
import pickle

import pytest

from facade.oauth import OAuthError, OAuthRefusedError

REFUSED = OAuthRefusedError("o", method="POST", path="/oauth/token", status_code=401, code="c")


@pytest.mark.parametrize("error", [*(kind("o") for kind in OAuthError.__subclasses__()), REFUSED])
def test_an_error_is_pickled_and_copied_whole(error: OAuthError) -> None:
    for restored in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(restored) is type(error)
        assert (str(restored), vars(restored)) == (str(error), vars(error))
