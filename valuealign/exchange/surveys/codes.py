"""Codes of options, and which options are points of the scale.

The file's own codes are used where possible. Otherwise (words, fractions, a duplicated code) the
options are numbered and a remark says so. An option such as "no opinion", coded -1 or 99, is not a
point of the scale: its code, or its words at either end, separate it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from valuealign.exchange.surveys.survey import Option, Parting

_WHOLE = re.compile(r"[+-]?\d{1,9}(?:\.0{1,6})?")
_FRACTION = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,6})")
_LETTERS_AND_NUMBER = re.compile(r"([A-Za-z_]{1,5})(\d{1,4})")
CONVENTIONAL = frozenset(
    sign * int(digit * n) - sign * back
    for digit in "6789"
    for n in (2, 3, 4)
    for back in ((0, 1, 2, 3) if digit == "9" else (0,))
    for sign in (1, -1)
)
"""Codes that surveys use for no answer: 66, 77, 88, 96 to 99, and so on, of either sign."""
_NO_ANSWER = frozenset(
    words.strip()
    for words in """
    don't know | dont know | do not know | i don't know | i do not know | dk | can't say
    cannot say | can't choose | cannot choose | not applicable | na | no opinion | no answer
    no response | not answered | refused | refusal | refuse to answer | declined
    decline to answer | decline to state | prefer not to say | prefer not to answer
    prefer not to respond | prefer not to disclose | prefer not to state | i prefer not to say
    i prefer not to answer | i'd rather not say | rather not say | missing | unknown | not asked
    skipped | no basis for evaluation | no basis for judgment | no basis for judgement
    unable to rate | unable to judge | unable to answer | not known | no information
    weiß nicht | weiss nicht | ich weiß nicht | keine angabe | keine antwort | keine meinung
    ka | k.a | kann ich nicht beurteilen | nicht beurteilbar | nicht anwendbar | verweigert
    möchte ich nicht sagen | ne sait pas | je ne sais pas | nsp | sans réponse | sans opinion
    pas de réponse | non concerné | refus | ne se prononce pas | ne souhaite pas répondre
    je préfère ne pas répondre | no sabe | no sé | no lo sé | no contesta | ns | nc | no aplica
    no procede | prefiero no responder | prefiero no contestar | sin respuesta | sin opinión
    não sei | não sabe | não responde | não se aplica | prefiro não responder | sem resposta
    sem opinião | non so | non risponde | non applicabile | preferisco non rispondere
    nessuna opinione | weet niet | weet ik niet | geen antwoord | geen mening
    niet van toepassing | wil ik niet zeggen | nie wiem | trudno powiedzieć | odmowa | ved ikke
    vet ikke | vet ej | en osaa sanoa | не знаю | затрудняюсь ответить
    """.replace("\n", "|").split("|")
) - {""}


@dataclass(frozen=True, slots=True)
class Points:
    """The options of a question: points of the scale and others.

    Parameters
    ----------
    points : tuple of Option
        Points of the scale, lowest code first.
    by_code : tuple of Option
        Left out because of their codes.
    by_words : tuple of Option
        Left out because of their words.
    remarks : tuple of str
    """

    points: tuple[Option, ...]
    by_code: tuple[Option, ...] = ()
    by_words: tuple[Option, ...] = ()
    remarks: tuple[str, ...] = ()


def says_no_answer(label: str) -> bool:
    """Whether an option's words mean no answer, in one of a dozen languages.

    Examples
    --------
    >>> says_no_answer("N/A"), says_no_answer("Don't know / no answer"), says_no_answer("Never")
    (True, True, False)
    """
    text = label.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub(r"\bn\s*[./]\s*a\b\.?", "na", text)
    parts = [" ".join(part.split()) for part in re.split(r"[/(),;.:!\-–—]|\bor\b", text)]
    return any(parts) and all(part in _NO_ANSWER for part in parts if part)


def numbered(codes: Sequence[str]) -> tuple[tuple[int | str, ...], str]:
    """Return the codes of options as whole numbers, in page order, and a remark.

    A few codes that are words among numbers stay words: such an option is not a point.

    Examples
    --------
    >>> numbered(["0", "1", "2"])
    ((0, 1, 2), '')
    >>> numbered(["A1", "A2"])
    ((1, 2), "the file's codes A1, A2 are kept as 1, 2")
    >>> numbered(["Y", "N"])
    ((1, 2), "the file's codes Y, N cannot be kept; the options are numbered 1, 2")
    """
    texts = [code.strip() for code in codes]
    whole = [int(float(t)) if _WHOLE.fullmatch(t) else None for t in texts]
    numbers = [k for k in whole if k is not None]
    words = [t for t, k in zip(texts, whole, strict=True) if k is None]
    once = len(set(numbers)) == len(numbers) and len(set(words)) == len(words)
    if once and not words:
        return tuple(numbers), ""
    if once and len(numbers) >= 2 and not any(map(_FRACTION.fullmatch, words)):
        return tuple(t if k is None else k for t, k in zip(texts, whole, strict=True)), ""
    made = _without_letters(texts) or _ranked(texts) or tuple(range(1, len(texts) + 1))
    kept = "are kept as" if _without_letters(texts) else "cannot be kept; the options are numbered"
    said, shown = ", ".join(texts[:12]), ", ".join(map(str, made[:12]))
    return made, f"the file's codes {said} {kept} {shown}"


def _without_letters(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers behind one common prefix: A1, A2, A3."""
    matches = [_LETTERS_AND_NUMBER.fullmatch(text) for text in texts]
    numbers = tuple(int(each[2]) for each in matches if each)
    prefixes = {each[1] for each in matches if each}
    whole = len(numbers) == len(texts) == len(set(numbers)) and len(prefixes) == 1
    return numbers if whole else ()


def _ranked(texts: Sequence[str]) -> tuple[int, ...]:
    """Rank fractions by size: 0.5, 1, 1.5."""
    if not all(_WHOLE.fullmatch(t) or _FRACTION.fullmatch(t) for t in texts):
        return ()
    values = [float(t.replace(",", ".")) for t in texts]
    order = sorted(values)
    return tuple(order.index(v) + 1 for v in values) if len(set(values)) == len(values) else ()


def parted(options: Sequence[Option], *, language: str, parting: Parting = "codes") -> Points:
    """Separate the points of a scale from the other options.

    Parameters
    ----------
    options : sequence of Option
        In the order of the page.
    language : str
        The language whose words are read.
    parting : {"codes", "words", "none"}
        By what options may stand apart.

    Examples
    --------
    >>> listed = [Option(1, {"en": "like"}), Option(2, {"en": "dislike"}),
    ...           Option(-1, {"en": "no opinion"})]
    >>> parted(listed, language="en").by_code[0].code
    -1
    """
    options, remark = _in_page_order(options) if parting == "words" else (options, "")
    apart = [o for o in options if not isinstance(o.code, int)]
    ordered = sorted((o for o in options if isinstance(o.code, int)), key=_code)
    if parting == "codes":
        codes = _outlying([_code(o) for o in ordered])
        apart += [o for o in ordered if o.code in codes]
        ordered = [o for o in ordered if o.code not in codes]
    words: list[Option] = []
    if parting != "none":
        ordered, words = _without_words(ordered, language)
    remarks = [*([remark] if remark else []), *_remarks(ordered, options, language)]
    return Points(tuple(ordered), tuple(apart), tuple(words), tuple(remarks))


def _remarks(points: Sequence[Option], options: Sequence[Option], language: str) -> Iterator[str]:
    """Return remarks about the points for the user."""
    codes, shown = [o.code for o in points], [o.code for o in options if o in points]
    if len(codes) > 1 and shown != codes:
        where = "from the highest code down" if shown == codes[::-1] else "in another order"
        yield f"the page shows the options {where}"
    if len({_code(b) - _code(a) for a, b in itertools.pairwise(points)}) > 1:
        yield f"codes are unevenly spaced: {', '.join(map(str, codes))}"
    for option in points[1:-1]:
        label = option.label.get(language, "")
        if says_no_answer(label):
            yield f"option {option.code} = {label} stands among the points"


def _in_page_order(options: Sequence[Option]) -> tuple[Sequence[Option], str]:
    """Ignore a program's own numbers if they neither rise nor fall down the page."""
    codes = [o.code for o in options]
    numbers = [c for c in codes if isinstance(c, int)]
    rising = sorted(numbers)
    if len(numbers) < len(codes) or numbers in (rising, rising[::-1]):
        return options, ""
    placed = tuple(replace(o, code=k) for k, o in enumerate(options, start=1))
    shown = ", ".join(map(str, codes[:12]))
    return placed, (
        f"the program's own numbers of the options ({shown}) do not follow the page; the options "
        f"are numbered 1 to {len(placed)} in its order"
    )


def _code(option: Option) -> int:
    return int(option.code)


def _outlying(codes: Sequence[int]) -> set[int]:
    """Return codes outside the evenly spaced rest; none if most are uneven."""
    kept = list(codes)
    outer: set[int] = set()
    while len(kept) > 2 and _is_conventional(kept, -1):
        outer.add(kept.pop())
    while len(kept) > 2 and _is_conventional(kept, 0):
        outer.add(kept.pop(0))
    return outer | _beyond_the_run(kept)


def _beyond_the_run(codes: Sequence[int]) -> set[int]:
    """Return codes above the evenly spaced run that begins the scale, and negative ones.

    None where the run is not most of them: such codes are uneven, not apart. A symmetric scale
    without a zero is whole.
    """
    start = next((k for k, code in enumerate(codes) if code >= 0), 0)
    if len(codes) < 3 or sorted(-c for c in codes) == list(codes) or len(codes) - start < 2:
        return set()
    step = _common_step(codes[start:])
    first = last = start
    while last + 1 < len(codes) and codes[last + 1] - codes[last] == step:
        last += 1
    lone = start == 1 and -codes[0] < codes[-1]  # -1 below 0 to 3 means no answer
    while first > 0 and not lone and codes[first] - codes[first - 1] == step:
        first -= 1
    run = codes[first : last + 1]
    return set(codes) - set(run) if len(run) > 1 and len(run) * 2 > len(codes) else set()


def _is_conventional(codes: Sequence[int], end: int) -> bool:
    """Whether the code at an end conventionally means no answer and does not continue the run."""
    rest = [c for c in codes if c not in CONVENTIONAL]
    if codes[end] not in CONVENTIONAL or len(rest) < 2:
        return False
    inner = rest[-1] if end == -1 else rest[0]
    step = _common_step(rest)
    return abs(codes[end] - inner) > step


def _common_step(codes: Sequence[int]) -> int:
    steps = Counter(b - a for a, b in itertools.pairwise(codes))
    most = max(steps.values())
    return min(step for step, n in steps.items() if n == most)


def _without_words(options: Sequence[Option], language: str) -> tuple[list[Option], list[Option]]:
    """Remove options at either end whose words mean no answer."""
    kept, words = list(options), []
    for end in (-1, 0):
        while len(kept) > 2 and says_no_answer(kept[end].label.get(language, "")):
            words.append(kept.pop(end))
    return kept, words
