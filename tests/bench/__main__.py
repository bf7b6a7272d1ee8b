"""Runs the benches, one process each, so that they do not disturb each other: `make bench`, or name some of them."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    folder = Path(__file__).parent
    names = sys.argv[1:] or sorted(p.stem for p in folder.glob("*.py") if _is_bench(p))
    failed = 0
    for name in names:
        print(f"# {name}", file=sys.stderr, flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode != 0
    return 1 if failed else 0


def _is_bench(path: Path) -> bool:
    # Parts of the bench of virality are no benches themselves.
    return not path.stem.startswith(("_", "plain_", "virality_"))


if __name__ == "__main__":
    sys.exit(main())
