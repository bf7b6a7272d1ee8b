"""The process of one agent of the toy pipeline: `python -m tests.faults.worker`, told what to be through stdin."""

from streams.agents import main
from tests.contracts.toy import toy_stages

if __name__ == "__main__":
    main(toy_stages())
