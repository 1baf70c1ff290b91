"""A loopback server that answers in bytes, so that it can also answer in what is not HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import NamedTuple

from in_thread import in_thread


class Raw(NamedTuple):
    """What is written for one request.

    ``drip`` seconds pass between single bytes of the body; the connection is closed afterwards
    unless it is ``kept``, and reset if ``reset``.
    """

    data: bytes = b""
    drip: float | None = None
    kept: bool = False
    reset: bool = False
    seconds: float = 0.0


def reply(
    body: object, status: str = "200 OK", headers: str = "", *, length: int | None = None
) -> bytes:
    """A reply in valid HTTP, unless its length is wrong."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(data) if length is None else length
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {size}\r\n\r\n".encode() + data


def completion(text: object = "4", **choice: object) -> dict[str, object]:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    return {"model": "m-1", "choices": [{"message": message, "finish_reason": "stop", **choice}]}


GOOD = Raw(reply(completion()), kept=True)


class RawServer:
    """Answers well, or with the next entry of a script; ``always`` once the script is over."""

    def __init__(self, script: Sequence[Raw | None] = (), always: Raw = GOOD) -> None:
        self.script = list(script)
        self.always = always
        self.bodies: list[dict] = []
        self.heads: list[str] = []
        self.base_url = ""
        self.answer: Callable[[dict, str], Raw] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, whose socket is closed also when the server stops in the middle."""
        try:
            await self._converse(reader, writer)
        except asyncio.CancelledError:  # the server stops: nothing waits for this task's end
            writer.transport.abort()
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next(
                    int(line.split(":")[1])
                    for line in head.split("\r\n")
                    if line.lower().startswith("content-length:")
                )
                body = json.loads(await reader.readexactly(length))
                self.heads.append(head)
                self.bodies.append(body)
                raw = self._next(body, head)
                await self._write(writer, raw)
                if raw.reset:
                    writer.transport.abort()
                    return
                if not raw.kept:
                    return

    def _next(self, body: dict, head: str) -> Raw:
        if self.answer is not None:
            return self.answer(body, head)
        scripted = self.script.pop(0) if self.script else None
        return self.always if scripted is None else scripted

    async def _write(self, writer: asyncio.StreamWriter, raw: Raw) -> None:
        if raw.seconds:
            await asyncio.sleep(raw.seconds)
        if raw.drip is None:
            writer.write(raw.data)
            await writer.drain()
            return
        head, _, body = raw.data.partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(raw.drip)


@contextlib.contextmanager
def serving(server: RawServer) -> Iterator[RawServer]:
    """Run a server in a thread of its own."""
    with in_thread(_listening(server)):
        yield server


@contextlib.asynccontextmanager
async def _listening(server: RawServer) -> AsyncIterator[None]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=1 << 24)
    server.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    yield
    listening.close()
    conversations = asyncio.all_tasks() - {asyncio.current_task()}
    for task in conversations:
        task.cancel()
    await asyncio.gather(*conversations, return_exceptions=True)
    await asyncio.sleep(0)  # an aborted socket is closed in the loop's next turn
