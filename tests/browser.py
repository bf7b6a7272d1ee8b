"""A headless Chromium for tests and pictures, where one is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage")


def chromium() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name)) is not None), None)


def _run(page: str, *flags: str) -> bytes:
    browser = chromium()
    assert browser is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        command = [browser, *_FLAGS, f"--user-data-dir={folder}/profile", *flags, file.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, timeout=90).stdout


def dom(page: str) -> str:
    """The document after scripts, if there were any, have run."""
    return _run(page, "--dump-dom", "--virtual-time-budget=500").decode("utf-8", "replace")


def shoot(page: str, out: Path, *, width: int, height: int = 1600, scale: float = 1.0, dark: bool = False) -> None:
    """A picture of the page, as PNG."""
    flags = [f"--screenshot={out}", f"--window-size={width},{height}", f"--force-device-scale-factor={scale}"]
    if dark:
        flags.append("--blink-settings=preferredColorScheme=0")
    _run(page, *flags)
