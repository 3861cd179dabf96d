"""The errors of OAuth derive from AssociationsError, and can be pickled."""

import copy
import pickle

import pytest

from facade import AssociationsError
from facade.oauth import (
    NotInstalledError,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
    TokenStoreError,
)


@pytest.mark.parametrize(
    "error",
    [
        StateMismatchError("s"),
        NotInstalledError("n"),
        ReauthorizationError("r"),
        TokenStoreError("t"),
        OAuthRefusedError("o", method="POST", path="/oauth/token", status_code=401, code="c"),
    ],
)
def test_an_error_is_pickled_and_copied_whole(error: AssociationsError) -> None:
    for restored in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(restored) is type(error)
        assert (str(restored), vars(restored)) == (str(error), vars(error))
