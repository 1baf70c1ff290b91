"""Costs: prices from the user's file, and a budget that includes requests in flight.

No prices are shipped: they change, and a number without a source and a date is worth nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from valuealign.errors import InstrumentError, PlanError
from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.yaml_text import read_yaml_file

_EXAMPLE = "gpt-4o: {input: 2.50, output: 10.00}   # USD per million tokens"
_OVERHEAD = 16


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a model's tokens.

    Parameters
    ----------
    input, output : float
        USD per million tokens.
    picture : int, optional
        Tokens that the model charges for one picture; without it they are estimated.
    """

    input: float
    output: float
    picture: int | None = None

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """USD for so many tokens.

        Examples
        --------
        >>> Price(input=2.0, output=10.0).of(1_000_000, 100_000)
        3.0
        """
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1e6


FREE = Price(0.0, 0.0)


def price_file() -> Path:
    """The user's own price file: ``prices.yaml`` in the settings folder."""
    chosen = os.environ.get("VALUEALIGN_CONFIG")
    if chosen:
        return Path(chosen).expanduser() / "prices.yaml"
    from platformdirs import user_config_path

    return user_config_path("valuealign", appauthor=False) / "prices.yaml"


def load_prices(path: str | Path | None = None) -> dict[str, Price]:
    """Prices by model name.

    Parameters
    ----------
    path : str or Path, optional
        By default :func:`price_file`, which need not exist.

    Raises
    ------
    PlanError
        The file is not there, or a price is not a number.
    """
    chosen = Path(path) if path is not None else price_file()
    if path is None and not chosen.exists():
        return {}
    try:
        value = read_yaml_file(chosen).value
    except InstrumentError as error:
        raise PlanError(f"prices: {error}") from None
    if not isinstance(value, dict):
        raise PlanError(f"{chosen}: expected lines like {_EXAMPLE}")
    return {str(model): _price(chosen, str(model), row) for model, row in value.items()}


def _price(path: Path, model: str, row: object) -> Price:
    numbers = [row.get(name) for name in ("input", "output")] if isinstance(row, dict) else []
    known = [float(n) for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(known) != 2 or min(known) < 0:
        raise PlanError(f"{path}: the price of {model!r} is {row!r}; expected {_EXAMPLE}")
    picture = row.get("picture") if isinstance(row, dict) else None
    if picture is not None and (not isinstance(picture, int) or picture is True or picture < 0):
        raise PlanError(
            f"{path}: a picture of {model!r} takes {picture!r} tokens; expected a whole number"
        )
    return Price(known[0], known[1], picture)


def most_tokens(text: str) -> int:
    """Return an upper bound of a text's tokens: a byte is at most one token."""
    return len(text.encode("utf-8", "surrogatepass")) + _OVERHEAD


def about_tokens(text: str) -> int:
    """Estimate a text's tokens: four characters each, as for English."""
    return len(text) // 4 + _OVERHEAD


def picture_tokens(
    pictures: Sequence[Picture], price: Price | None = None, *, most: bool = False
) -> int:
    """Estimate the tokens of pictures; models count them in different ways.

    Parameters
    ----------
    pictures : sequence of Picture
    price : Price, optional
        Its ``picture`` is the tokens of each, where the user wrote it.
    most : bool
        An upper bound instead: what the model that counts the most is documented to count.

    Notes
    -----
    A picture is scaled to at most 2,048 pixels, then to a shorter side of at most 768, and cut
    into tiles of 512: 85 tokens and 170 a tile (2,833 and 5,667 a tile in the bound).

    Examples
    --------
    >>> from valuealign.instrument.pictures.drawn_face import DrawnFace, drawn
    >>> picture_tokens([drawn(DrawnFace())] * 2), picture_tokens([drawn(DrawnFace())], most=True)
    (510, 8500)
    """
    if price is not None and price.picture is not None:
        return price.picture * len(pictures)
    base, per_tile = (2833, 5667) if most else (85, 170)
    return sum(base + per_tile * _tiles(p.width, p.height) for p in pictures)


def _tiles(width: int, height: int) -> int:
    scale = min(1.0, 2048 / max(width, height))
    scale = min(scale, 768 / min(width, height))
    return math.ceil(width * scale / 512) * math.ceil(height * scale / 512)


class Budget:
    """Money that is spent or reserved for requests in flight.

    Parameters
    ----------
    prices : mapping of str to Price
    limit : float, optional
        USD; ``None`` counts only.

    Examples
    --------
    >>> budget = Budget({"m": Price(1.0, 1.0)}, limit=1.0)
    >>> budget.reserve("m", 600_000, 0), budget.reserve("m", 600_000, 0)
    (0.6, None)
    """

    def __init__(self, prices: Mapping[str, Price], limit: float | None = None) -> None:
        self._prices = prices
        self._limit = limit
        self.spent = 0.0
        self.reserved = 0.0
        self.known = True
        """Whether every model that is asked has a price."""

    def check(self, models: Mapping[str, Price | None]) -> None:
        """Refuse a limit that cannot be kept.

        Raises
        ------
        PlanError
            A model without a price.
        """
        missing = [model for model, price in models.items() if price is None]
        self.known = not missing
        if self._limit is not None and missing:
            raise PlanError(
                f"--budget needs the price of {missing[0]!r}; write it into {price_file()} "
                f"or name a file with --prices; a line is: {_EXAMPLE}"
            )

    def price(self, model: str) -> Price | None:
        """The price of a model, where it is known."""
        return self._prices.get(model)

    def reserve(self, model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Reserve the highest cost of a request; ``None`` if that much is not left."""
        price = self._prices.get(model)
        if price is None:
            return 0.0
        amount = price.of(prompt_tokens, completion_tokens)
        over = self._limit is not None and self.spent + self.reserved + amount > self._limit
        if over:
            return None
        self.reserved += amount
        return amount

    def settle(
        self, reserved: float, model: str, usage: tuple[int | None, int | None], *, sent: bool
    ) -> float | None:
        """Replace a reservation by the actual cost and return it, if known.

        A request that was sent and came back without a count may have cost everything that
        was set aside for it; so it is counted.
        """
        self.reserved = max(0.0, self.reserved - reserved)
        price = self._prices.get(model)
        if price is None:
            return None
        prompt, completion = usage
        if prompt is None or completion is None:
            self.spent += reserved if sent else 0.0
            return None
        cost = price.of(prompt, completion)
        self.spent += cost
        return cost
