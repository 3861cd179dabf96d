"""The package `facade` under the name of its distribution: the same objects and modules.

`import highlevel_associations` names the file that shadows `facade`, or the package that has
overwritten it, where a project has a package of that name, too.
"""

import sys
from importlib import import_module
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facade import *
    from facade import __version__ as __version__


def _require_ours() -> None:
    """Raise ImportError if `facade` or `generated_client` is another package."""
    for name in ("facade", "generated_client"):
        found, ours = find_spec(name), Path(__file__).parents[1] / name / "__init__.py"
        place = found.origin if found else None
        if place is None or Path(place).resolve() != ours.resolve():
            raise ImportError(
                f"highlevel-associations needs its own package {name!r}, and Python finds "
                f"{place or 'none'}: rename that one, or run from another folder"
            )
    import facade

    if "AssociationsClient" not in getattr(facade, "__all__", ()):
        raise ImportError(
            f"another distribution has overwritten {facade.__file__}: install "
            "highlevel-associations in an environment without it"
        )


class _Finder(MetaPathFinder, Loader):
    """Finds `facade.x` for `highlevel_associations.x`, whose own file only type checkers read."""

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, rest = name.partition(".")
        found = find_spec(f"facade.{rest}") if package == __name__ and rest else None
        if found is None:
            return None
        return ModuleSpec(name, self, is_package=found.submodule_search_locations is not None)

    def get_code(self, name: str) -> CodeType | None:
        """Return the code of a module that `python -m` runs."""
        found = find_spec(f"facade.{name.partition('.')[2]}")
        loader = found.loader if found else None
        return loader.get_code(found.name) if found and isinstance(loader, InspectLoader) else None

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = import_module(f"facade.{module.__name__.partition('.')[2]}")


if not TYPE_CHECKING:
    try:
        _require_ours()
    except ImportError as error:
        # The command says it in one line: `python -m` finds this package with an argument of "-m".
        if sys.argv[0] != "-m" and Path(sys.argv[0]).stem != "highlevel-associations":
            raise
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
    sys.meta_path.insert(0, _Finder())
    import facade

    __all__ = facade.__all__

    def __getattr__(name: str) -> object:
        return getattr(facade, name)

    def __dir__() -> list[str]:
        return dir(facade)
