"""Feed documents are read in a process of their own: one that keeps the parser busy ends that process, and no more.

The parser's regular expressions take a time that is cubic in the length of some documents, and hold Python's lock
meanwhile: in a thread, twenty kilobytes would freeze the whole agent, and with it every other source.
"""

import asyncio
import contextlib
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

import msgspec

from streams.sources.entries import Document, read

LIMIT_S: Final = 20.0
"""Seconds that one document may take; those of ordinary feeds take some hundredths."""
MEMORY_BYTES: Final = 1 << 30
"""Of address space, for the document and all that is made of it."""

_COMMAND: Final = (sys.executable, "-m", "streams.sources.reading")
_PATIENCE_S: Final = 10.0
"""For starting the process, beside the document's time."""
_LENGTH: Final = struct.Struct(">Q")


class _Asked(msgspec.Struct, array_like=True):
    """What is to be read."""

    body: bytes
    url: str
    content_type: str
    limit_s: float


_ASKED: Final = msgspec.msgpack.Decoder(_Asked)
_DOCUMENT: Final = msgspec.msgpack.Decoder(Document)


class Reader:
    """Reads documents one after the other. The process is started with the first, and again after one that ended it."""

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def read(self, body: bytes, url: str, content_type: str = "") -> Document:
        """As `entries.read`; a document that takes too long, or too much memory, has a `problem` and no entries."""
        asked = msgspec.msgpack.encode(_Asked(body, url, content_type, self._limit_s))
        async with self._turn:
            answer = None
            try:
                async with asyncio.timeout(self._limit_s + _PATIENCE_S):
                    answer = await self._exchange(asked)
            except (EOFError, OSError, TimeoutError):
                return Document([], f"could not be read within {self._limit_s:g} s and {MEMORY_BYTES >> 20} MB")
            finally:
                if answer is None:  # cancelled too: what would come next is no answer to the next question
                    await self._end()
        return _DOCUMENT.decode(answer)

    async def _exchange(self, asked: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # what the parser says of hostile bytes is for no log
            )
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        sink.write(_LENGTH.pack(len(asked)) + asked)
        await sink.drain()
        (length,) = _LENGTH.unpack(await source.readexactly(_LENGTH.size))
        return await source.readexactly(length)

    async def close(self) -> None:
        """Ends the process. It may be asked to read again, and then starts another."""
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """What the process does until nobody asks any more.

    An alarm that nobody handles ends it in the middle of a regular expression, where no exception could; so it does
    where whoever asked is gone.
    """
    while len(head := questions.read(_LENGTH.size)) == _LENGTH.size:
        asked = _ASKED.decode(questions.read(*_LENGTH.unpack(head)))
        signal.setitimer(signal.ITIMER_REAL, asked.limit_s)
        answer = msgspec.msgpack.encode(read(asked.body, asked.url, asked.content_type))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def main() -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides when it ends
    with contextlib.suppress(OSError, ValueError):  # not every system limits address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
