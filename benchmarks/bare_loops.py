"""The peers: bare client loops that keep nothing, as fresh processes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator

CONCURRENCY = 64
INSTRUCTION = "How much is this man like you?\n\nHe wakes up cheerful.\n\n1 = not like me at all\n"


def prompts(n: int) -> Iterator[list[dict[str, str]]]:
    """As many different prompts."""
    for k in range(n):
        yield [
            {"role": "system", "content": f"You are a {20 + k % 60}-year-old person number {k}."},
            {"role": "user", "content": INSTRUCTION * 2 + "Answer with the number of one option."},
        ]


async def bare_aiohttp(base_url: str, n: int) -> int:
    """The fastest loop there is: post, parse, forget."""
    import aiohttp

    done = 0
    limit = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=limit) as client:
        rest = prompts(n)

        async def work() -> None:
            nonlocal done
            for messages in rest:
                body = {"model": "bench", "messages": messages, "temperature": 1}
                async with client.post(f"{base_url}/chat/completions", json=body) as reply:
                    done += bool((await reply.json())["choices"][0]["message"]["content"])

        await asyncio.gather(*[work() for _ in range(CONCURRENCY)])
    return done


async def bare_openai(base_url: str, n: int) -> int:
    """The official client's ``create()`` in the same loop."""
    from openai import AsyncOpenAI

    done = 0
    async with AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0) as client:
        rest = prompts(n)

        async def work() -> None:
            nonlocal done
            for messages in rest:
                reply = await client.chat.completions.create(model="bench", messages=messages)  # type: ignore[arg-type]
                done += bool(reply.choices[0].message.content)

        await asyncio.gather(*[work() for _ in range(CONCURRENCY)])
    return done


async def bare_post(base_url: str, n: int) -> int:
    """The official client's cheapest way, ``post()`` on its aiohttp transport, nothing kept."""
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    done = 0
    limits = httpx2.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
    http = DefaultAioHttpClient(limits=limits)
    async with AsyncOpenAI(
        api_key="none", base_url=base_url, max_retries=0, http_client=http
    ) as client:
        rest = prompts(n)

        async def work() -> None:
            nonlocal done
            for messages in rest:
                body = {"model": "bench", "messages": messages, "temperature": 1}
                reply = await client.post("/chat/completions", cast_to=httpx2.Response, body=body)
                done += bool(json.loads(reply.content)["choices"][0]["message"]["content"])

        await asyncio.gather(*[work() for _ in range(CONCURRENCY)])
    return done


if __name__ == "__main__":
    loops = {"aiohttp": bare_aiohttp, "openai": bare_openai, "post": bare_post}
    print(asyncio.run(loops[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
