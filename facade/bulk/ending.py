"""The end of a run: whether it starts no other pair, and the error that it then raises."""

from attrs import define


@define(eq=False)
class Ending:
    """Shared by a run, its jobs and its outcomes; any thread may set it."""

    is_near: bool = False
    error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """Start no other pair, and raise an error in the end."""
        self.raise_later(error)
        self.is_near = True

    def raise_later(self, error: BaseException) -> None:
        """Raise an error in the end; the first one counts."""
        self.error = self.error or error
