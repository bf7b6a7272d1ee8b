"""How far a long command is, for whoever watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """That something is under way whose end is not known, on a terminal's standard error; nothing in a pipe."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True)
    with console.status(escape(label)) if console.is_terminal else nullcontext():
        yield


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal's standard error; nothing in a pipe."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(escape(label), total=1.0)
        yield lambda share: bar.update(task, completed=share)
