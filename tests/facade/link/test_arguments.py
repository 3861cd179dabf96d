"""The arguments of link: invalid ones are an error with the usage."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--concurrency", "0"], "0 is not a number of pairs: 1 or more"),
        (["--concurrency", "x"], "x is not a number of pairs: 1 or more"),
        (["--batch", "0"], "0 is not a number of pairs: 1 or more"),
        (["--batch", "1001"], "batch must be 1 to 1000 pairs"),
        (["--share", "x"], "invalid float value: 'x'"),
        (["--what"], "unrecognized arguments: --what"),
    ],
)
def test_an_invalid_option_prints_the_usage_and_what_is_wrong(
    link: Any, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        link("", *options)
    assert raised.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("usage: python -m facade.link [-h] --association KEY ")
    assert said in err
