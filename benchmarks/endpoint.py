"""A loopback endpoint with a fixed latency, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator

LATENCY = 0.05


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Run the endpoint; yields its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.endpoint"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def _body(messages: object) -> bytes:
    """A digit that depends on the prompt alone, in a completion."""
    text = json.dumps(messages)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": str(1 + zlib.crc32(text.encode()) % 4)},
        "finish_reason": "stop",
    }
    usage = {"prompt_tokens": len(text) // 4, "completion_tokens": 1}
    return json.dumps({"model": "bench", "choices": [choice], "usage": usage}).encode()


async def _main() -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        await asyncio.sleep(LATENCY)
        return web.Response(body=_body(body["messages"]), content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=120)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
