"""The rule for repeating: what happened to a request, and what follows.

A write is repeated only if it is known that it was not carried out, or if repeating it does no
harm. The creation of one item is also repeated after a lookup that has not found the item.
"""

import random
import time
from collections.abc import Callable, Iterator
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from facade import errors
from facade._core.bounds import CallDeadline
from facade._core.call_options import CallSettings
from facade._core.calls import Action, Subject

RETRIES = 7  # a request is sent 8 times at most
_IN_TIME = 0.995  # of a default deadline: then the error reaches the caller before it has passed
DEADLINE = 60.0  # seconds for a whole call, unless the client or the call says otherwise
MAX_BACKOFF = 3.0  # seconds: a single call gives up after 15.5 s of waits at most
MAX_ELAPSED = 300.0  # seconds after the first attempt; no attempt starts later
MAX_RETRY_AFTER = 120.0  # seconds; no repeat if Retry-After is longer
_FIRST_BACKOFF = 0.5  # seconds
# Seconds between lookups of an item that is not listed yet: lists lag behind by some seconds.
_LOOKUP_DELAYS = (0.5, 1.0, 2.0, 4.0)
_TEMPORARY_STATUSES = frozenset({408, 502, 503, 504, *range(520, 528)})


class Then(Enum):
    """What is done first, before a request is repeated or its error is raised."""

    NOTHING = "nothing"
    TOKEN = "another token, if there is one"  # noqa: S105 - no token
    LOOK_UP = "a lookup whether it was carried out"
    FETCH = "a lookup of the item"
    SUCCEED = "nothing: the call has succeeded"


class Rule(NamedTuple):
    """A row of the rules: what happened, and what follows; the guide shows these texts.

    `repeats` is the number of repeats after which the rule allows no other one; None means the
    `retries` of the call. With an `action`, the rule is for calls that do it, whose earlier attempt
    may have been carried out. Whether a request was not is `outcome_unknown` of its error.
    """

    happened: str
    applies: Callable[[errors.AssociationsError], bool]
    repeats: int | None
    first: Then = Then.NOTHING
    action: Action | None = None


def _is(*kinds: type[Exception]) -> Callable[[errors.AssociationsError], bool]:
    return lambda error: isinstance(error, kinds)


def may_be_duplicate(error: errors.AssociationsError) -> bool:
    return isinstance(error, errors.BadRequestError) or (
        isinstance(error, errors.APIStatusError) and error.status_code == 409
    )


def is_duplicate(error: errors.AssociationsError | None) -> bool:
    return isinstance(error, errors.DuplicateAssociationError | errors.DuplicateRelationError)


def is_temporary(error: errors.AssociationsError) -> bool:
    """Return whether there was no response, or one whose status may change in a moment."""
    if isinstance(error, errors.APIStatusError):
        return error.status_code in _TEMPORARY_STATUSES
    return isinstance(error, errors.APIConnectionError)


def _is_certificate_error(error: errors.AssociationsError) -> bool:
    import ssl  # loaded already, if there is TLS

    return isinstance(error, errors.ConnectFailedError) and any(
        isinstance(one, ssl.SSLCertVerificationError) for one in causes(error)
    )


def _is_refused_token(error: errors.AssociationsError) -> bool:
    # Another token does not solve a missing scope, a wrong Version or a wrong kind of token, whose
    # errors are of subclasses.
    return type(error) is errors.AuthenticationError


# The first rule that applies decides.
RULES = (
    Rule(
        "a refusal, perhaps because an earlier attempt created the item",
        may_be_duplicate,
        0,
        Then.LOOK_UP,
        Action.CREATE_ONCE,
    ),
    Rule(
        "not found, perhaps because an earlier attempt deleted the item",
        _is(errors.NotFoundError),
        0,
        Then.SUCCEED,
        Action.DELETE,
    ),
    Rule("a success whose body lacks the item", _is(errors.ContractError), 0, Then.FETCH),
    Rule("the daily limit is reached", _is(errors.DailyLimitError), 0),
    Rule("the short limit is reached", _is(errors.RateLimitError), None),
    Rule("the certificate of the server is not valid", _is_certificate_error, 0),
    Rule("no connection was made", _is(errors.ConnectFailedError), 3),
    Rule("the token is refused", _is_refused_token, 1, Then.TOKEN),  # valid ones, too, at times
    Rule(
        "the response is larger than `max_response_bytes`",
        _is(errors.ResponseTooLargeError),
        0,
        Then.LOOK_UP,
    ),
    Rule("no response, or a temporary status", is_temporary, None, Then.LOOK_UP),
    Rule(
        "another 5xx, or a 422 for an unknown reason",
        attrgetter("outcome_unknown"),
        0,
        Then.LOOK_UP,
    ),
    Rule("any other response", _is(errors.AssociationsError), 0),
)


class Step(NamedTuple):
    wait: float | None  # seconds before a repeat; None for no repeat
    first: Then


class Attempts:
    """The attempts of one call: their number, and whether one of them may have succeeded.

    `about` is what events and errors tell of them. No attempt starts after the deadline.
    """

    def __init__(
        self,
        about: Subject,
        action: Action,
        settings: CallSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.about = about
        self.action = action
        self.settings = settings
        self.deadline = settings.deadline or CallDeadline(
            settings.default_deadline * _IN_TIME, includes_pace=False
        )
        self.clock = clock
        self.made = 0
        self.outcome_unknown = False  # an earlier attempt may have been carried out
        self._tokens_refused = 0
        self._started = self._began = clock()

    @property
    def elapsed(self) -> float:
        return self.clock() - self._started

    def record(self, error: errors.AssociationsError) -> None:
        error.repeated, error.attempts = self.outcome_unknown, self.made
        error.elapsed = self.elapsed

    def after(self, error: errors.AssociationsError) -> Step:
        """Record a failed attempt, and return what follows it."""
        self.record(error)
        actions = (None, self.action) if self.outcome_unknown else (None,)
        rule = next(one for one in RULES if one.action in actions and one.applies(error))
        made, first = self.made, rule.first
        if first is Then.TOKEN:
            self._tokens_refused = made = self._tokens_refused + 1
            first = Then.TOKEN if made == 1 else Then.NOTHING
        elif first is Then.LOOK_UP and self.action is not Action.CREATE_ONCE:
            first = Then.NOTHING
        self.outcome_unknown = self.outcome_unknown or error.outcome_unknown
        is_harmful = error.outcome_unknown and self.action is Action.CREATE
        if is_harmful or (rule.repeats is not None and made > rule.repeats):
            return Step(None, first)
        return Step(self._wait(error, made), first)

    def _wait(self, error: errors.AssociationsError, made: int) -> float | None:
        if self.made > self.settings.retries:
            return None
        wait = error.retry_after if isinstance(error, errors.RateLimitError) else None
        if not wait:  # a time that has passed says nothing
            wait = backoff(made, self.settings.max_backoff)
        elif wait > MAX_RETRY_AFTER:
            return None
        else:  # jitter, so that clients do not all repeat at the same moment
            wait += random.uniform(0, 0.25)  # noqa: S311
        is_late = self.clock() - self._began + wait > MAX_ELAPSED
        return None if is_late or wait >= self.deadline.seconds_left else wait

    def late(self, step: str) -> errors.DeadlineError:
        """Return the error for a request whose deadline leaves no time for a step."""
        method, path = self.about.method, self.about.path
        why = f"{method} {path}: the call's deadline leaves no time to {step}"
        error = errors.DeadlineError(why, method=method, path=path)
        self.record(error)
        return error

    def waited_for_turn(self, seconds: float) -> None:
        """Do not count a wait for the pace, unless the deadline includes it."""
        if not self.made:
            self._began = self.clock()
        self.deadline.waited_for_pace(seconds)

    def lookup_delays(self) -> Iterator[float]:
        """Yield the seconds to wait before each repeated lookup, within the deadline."""
        for seconds in _LOOKUP_DELAYS:
            wait = seconds * random.uniform(1, 1.25)  # noqa: S311 - no secret
            if wait >= self.deadline.seconds_left:
                return
            yield wait


def backoff(attempt: int, longest: float) -> float:
    """Return exponential backoff with full jitter, in seconds; `attempt` is 1 for the first one."""
    bound = min(longest, _FIRST_BACKOFF * 2 ** min(attempt - 1, 30))
    return random.uniform(0, bound)  # noqa: S311 - no secret


def causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
