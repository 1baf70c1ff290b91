"""``valuealign serve``: the same instrument as a web form for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.output import emit_json, emit_table, emit_text, json_option, say


@click.command("serve")
@click.argument("instrument")
@click.option("--about", help="What it is asked about; by default what the study says.")
@click.option("--study", help="The study, with what it says to participants.")
@click.option("--form", "forms", multiple=True, help="A form; of several, people get one in turn.")
@click.option("--variant", "variants", multiple=True, help="A variant, or 'all'; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first stimuli.")
@click.option("--sample", type=click.IntRange(min=1), help="Only so many, drawn with --seed.")
@click.option("--each", type=click.IntRange(min=1), help="Stimuli that one person gets.")
@click.option("--seed", type=int, help="Seed of every order.  [default: the study's]")
@click.option("--store", help="File or database URL.  [default: valuealign.db]")
@click.option(
    "--participants",
    type=click.Path(path_type=Path),
    help="File of participants.  [default: STORE.participants.db]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8765, show_default=True)
@click.option("--address", help="The address that participants use (https://study.example.org).")
@click.option("--by-invitation", is_flag=True, help="Only personal links may begin.")
@click.option("--links", type=click.IntRange(1, 100_000), help="Make personal links, and end.")
@click.option("--list", "lists", is_flag=True, help="List the participants, and end.")
@json_option
def command(
    *,
    instrument: str,
    variants: tuple[str, ...],
    store: str | None,
    participants: Path | None,
    host: str,
    port: int,
    address: str | None,
    by_invitation: bool,
    links: int | None,
    lists: bool,
    as_json: bool,
    **which: Any,
) -> None:
    """Give an instrument to people, as a web form on this machine.

    Information, consent, contact and help line come from the study's part 'participants'. Every
    answer is on disk before the next page is shown. Behind a web server with HTTPS, name its
    address with --address; Ctrl-C ends, and the same command continues.

    \b
    Example:
      valuealign serve pvq-21 --store study.db
      valuealign serve app-appraisal --study my-appraisal.yaml --store study.db
      valuealign serve app-appraisal --study my-appraisal.yaml --links 30
    """
    from valuealign.serve.run_server import check_address, open_answering
    from valuealign.serve.survey import survey_of

    survey = survey_of(instrument, variant=list(variants) or None, **which)
    check_address(survey, host, address)
    with open_answering(survey, store, participants) as answering:
        people = answering.people
        if lists:
            rows = people.table()
            emit_json(rows) if as_json else emit_table(rows)
        elif links:
            made = _links(answering, links, address or f"http://{host}:{port}")
            if as_json:
                emit_json(made)
            else:
                for row in made:
                    emit_text(row["link"])
        else:
            _serve(answering, host, port, address, is_open=not by_invitation)


def _links(answering: Any, n: int, address: str) -> list[dict[str, str]]:
    from valuealign.serve.protection import token_of

    people, survey = answering.people, answering.survey.id
    names = [people.add(survey, state="invited").person for _ in range(n)]
    root = address.rstrip("/")
    return [{"person": p, "link": f"{root}/p/{token_of(people.secret, p)}"} for p in names]


def _serve(answering: Any, host: str, port: int, address: str | None, *, is_open: bool) -> None:
    from valuealign.serve.run_server import bound, is_loopback, server_of, url_of

    server = server_of(answering, host=host, address=address, is_open=is_open)
    with bound(host, port) as listening:
        if answering.survey.is_trial:
            say("no --study: a trial on this machine, without information and consent")
        if not is_loopback(host):
            say(
                f"WARNING: everybody who reaches {host} can open the form, and without HTTPS "
                "others can read the answers on their way: put it behind a web server with HTTPS"
            )
        say(f"serving at {address or url_of(listening)}; Ctrl-C ends")
        server.run(sockets=[listening])
