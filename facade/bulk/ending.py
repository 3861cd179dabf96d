"""The end of a run: whether it is stopping, and the error that it raises."""

from attrs import define


@define(eq=False)
class Ending:
    """The state that a run, its jobs and its outcomes share; any thread may set it."""

    is_stopping: bool = False
    error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """Start no other pair, and raise `error` at the end of the run."""
        self.raise_later(error)
        self.is_stopping = True

    def raise_later(self, error: BaseException) -> None:
        """Raise `error` at the end of the run, unless there is an earlier one."""
        self.error = self.error or error
