"""The order in which Qualtrics shows questions, and the questions in the trash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]


def placed(
    elements: Sequence[Mapping[str, Any]],
) -> tuple[list[tuple[str, Payload]], tuple[str, ...]]:
    """Return each question with its block, in the order of the survey's flow.

    Parameters
    ----------
    elements : sequence of mapping
        The survey's elements: blocks (BL), flow (FL) and questions (SQ).

    Returns
    -------
    questions : list of (str, mapping)
        The block's name and the question.
    notes : tuple of str
        What the flow does that an instrument does not.

    Examples
    --------
    >>> asked = {"Element": "SQ", "Payload": {"QuestionID": "QID1"}}
    >>> placed([asked])
    ([('', {'QuestionID': 'QID1'})], ())
    """
    payloads = {
        str(p.get("QuestionID")): p
        for p in (e["Payload"] for e in elements if e.get("Element") == "SQ")
    }
    blocks = [b for e in elements if e.get("Element") == "BL" for b in _values(e["Payload"])]
    flows = [e["Payload"] for e in elements if e.get("Element") == "FL"]
    order = [str(node.get("ID")) for flow in flows for node in _nodes(flow)]
    place = {name: k for k, name in reversed(list(enumerate(order)))}
    binned = {q for b in blocks if b.get("Type") == "Trash" for q in _questions(b)}
    used = [b for b in blocks if b.get("Type") != "Trash"]
    used.sort(key=lambda b: place.get(str(b.get("ID")), len(place)))
    block_of = {q: str(b.get("Description") or "") for b in used for q in _questions(b)}
    rest = {q: "" for q in payloads if q not in block_of and q not in binned}
    shown = [
        (name, payloads[q])
        for q, name in {**block_of, **rest}.items()
        if q in payloads and q not in binned
    ]
    return shown, tuple(_notes(len(binned & set(payloads)), flows, used))


def _notes(n_binned: int, flows: Sequence[Payload], blocks: Sequence[Payload]) -> Iterator[str]:
    if n_binned:
        yield f"{n_binned} questions in the survey's waste bin are left out"
    kinds = {str(node.get("Type")) for flow in flows for node in _nodes(flow)}
    if "Branch" in kinds:
        yield "the survey's flow branches: not everybody was shown every block"
    if kinds & {"BlockRandomizer", "Randomizer"}:
        yield "the survey's flow shows blocks at random: not everybody saw one order"
    options = [b.get("Options") or {} for b in blocks]
    if any(isinstance(o, Mapping) and o.get("Looping") not in (None, "None", "") for o in options):
        yield "a block is repeated for each of a list (loop and merge); it is imported once"
    if any(
        isinstance(o, Mapping) and o.get("RandomizeQuestions") not in (None, "false", "")
        for o in options
    ):
        yield "a block shows its questions in random order; here they keep the file's"


def _nodes(flow: Any) -> Iterator[Payload]:
    """Every node of a flow, from the top down, without recursion."""
    stack = [flow]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping):
            yield node
            stack += _values(node.get("Flow") or [])[::-1]


def _questions(block: Payload) -> list[str]:
    return [
        str(each.get("QuestionID"))
        for each in _values(block.get("BlockElements") or [])
        if each.get("QuestionID")
    ]


def _values(listed: Any) -> list[Any]:
    """Qualtrics writes a list as an object with numbered keys once it was edited."""
    return list(listed.values()) if isinstance(listed, Mapping) else list(listed)
