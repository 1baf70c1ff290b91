"""Pages of questions: shown, taken, and shown again with what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from valuealign.errors import InstrumentError
from valuealign.instrument.presented import Option
from valuealign.serve.pages import Page, Session
from valuealign.serve.posted import Posted, milliseconds, posted_on, stamp
from valuealign.serve.rendering import NOTHING_GIVEN, Question, hint_of
from valuealign.serve.visit import Refused, Visits, see
from valuealign.supply.people.given_answer import Given
from valuealign.supply.people.shown import instruction_of, stem_of

Fields = Mapping[str, str]
_CHECK = "attention"
"""The name of an attention check's field; no item of an instrument is shown beside it."""


class QuestionPages:
    """The pages of questions.

    Parameters
    ----------
    visits : Visits
    """

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        self.answering = visits.answering
        self.survey = visits.survey
        self.people = visits.people
        self.words = visits.words

    def page(self, request: Request, fields: Fields) -> Response:
        """One page of questions, shown or taken."""
        session, root = self._visits.taking_part(request)
        number = request.path_params["number"]
        if session.participant.state == "finished":
            return see(f"{root}/done")
        if not 1 <= number <= len(session.pages):
            raise Refused(404, "not_found")
        page = session.pages[number - 1]
        if request.method == "GET":
            return self._page(request, session, number, self._before(session, page))
        if page.attention is not None:
            return self._take_attention(request, session, number, fields)
        skips = fields.get("skip") == "yes" and not self.survey.participants.required
        posted = posted_on(session, page, fields, skips=skips)
        who, shown = session.participant.person, fields.get("shown", "")
        timing = self.survey.participants.timing
        took = milliseconds(self.people.secret, who, number, shown) if timing else 0.0
        self.answering.write(session, posted, took)
        if posted.problems or posted.missing:
            return self._page(request, session, number, posted)
        return see(f"{root}/{number + 1}" if number < len(session.pages) else f"{root}/end")

    def _before(self, session: Session, page: Page) -> Posted:
        if page.attention is not None:
            chosen = self.people.attention(session.participant.person).get(page.attention)
            return Posted(given={_CHECK: Given("" if chosen is None else str(chosen))})
        given = self.answering.given(session)
        return Posted(given={i: given.get((k, i), NOTHING_GIVEN) for k, i in page.places})

    def _take_attention(
        self, request: Request, session: Session, number: int, fields: Fields
    ) -> Response:
        k = session.pages[number - 1].attention
        assert k is not None  # noqa: S101  # only such a page comes here
        check = self.survey.participants.attention[k]
        answer = fields.get(f"a-{_CHECK}", "")
        if answer not in {str(j) for j in range(1, len(check.options) + 1)}:
            return self._page(request, session, number, Posted(missing=[_CHECK]))
        who = session.participant.person
        right = int(answer) == check.right
        self.people.note_attention(who, k, int(answer), is_right=right)
        root = f"/p/{quote(request.path_params['token'])}"
        return see(f"{root}/{number + 1}" if number < len(session.pages) else f"{root}/end")

    def _page(self, request: Request, session: Session, number: int, posted: Posted) -> Response:
        token = request.path_params["token"]
        root, page = f"/p/{quote(token)}", session.pages[number - 1]
        required = self.survey.participants.required or page.attention is not None
        problem = self._problem(posted, required=required)
        who = session.participant.person
        timing = self.survey.participants.timing
        instruction = (
            ""
            if page.attention is not None
            else instruction_of(session.administrations[page.administration])
        )
        html = self._visits.html(
            "page",
            self.words["page"].format(number=number, n=len(session.pages)),
            number=number,
            n_pages=len(session.pages),
            layout="wide" if self.survey.questionnaires[0].about else "",
            instruction=instruction,
            questions=self._questions(session, page, posted, root),
            problem=problem,
            may_skip=bool(posted.missing) and not posted.problems and not required,
            action=f"{root}/{number}",
            csrf=self._visits.csrf(token),
            shown=stamp(self.people.secret, who, number) if timing else "",
            back=f"{root}/{number - 1}" if number > 1 else "",
            withdraw_url=f"{root}/withdraw",
        )
        return HTMLResponse(html, 422 if problem else 200)

    def _problem(self, posted: Posted, *, required: bool) -> str:
        if posted.problems:
            return self.words["not_an_answer"]
        n = len(posted.missing)
        what = "required" if required else "left_out"
        return self.words[f"{what}_one" if n == 1 else what].format(n=n) if n else ""

    def _questions(self, session: Session, page: Page, posted: Posted, root: str) -> list[Question]:
        if page.attention is not None:
            return [self._attention(page.attention, posted)]
        administration = session.administrations[page.administration]
        scale = administration.instrument.response_scale
        questions = []
        for number, item_id in enumerate(page.item_ids, start=1):
            presented = administration.presented(item_id)
            n_pictures = len(administration.pictures(item_id))
            pictures = f"{root}/picture/{page.administration}/{quote(item_id)}"
            question = Question(
                number,
                item_id,
                stem_of(administration, item_id),
                presented.kind,
                presented.options,
                hint_of(presented, scale, self.words),
                posted.given.get(item_id, NOTHING_GIVEN),
                tuple(f"{pictures}/{k}" for k in range(n_pictures)),
            )
            questions.append(self._marked(question, posted))
        return questions

    def _attention(self, k: int, posted: Posted) -> Question:
        check = self.survey.participants.attention[k]
        options = tuple(
            Option(str(j), self.survey.said(words), None)
            for j, words in enumerate(check.options, start=1)
        )
        given = posted.given.get(_CHECK, NOTHING_GIVEN)
        question = Question(
            1, _CHECK, self.survey.said(check.text), "labelled", options, given=given
        )
        return self._marked(question, posted)

    def _marked(self, question: Question, posted: Posted) -> Question:
        if question.name in posted.problems:
            said = posted.problems[question.name]
            return replace(question, problem=self.words["not_an_answer"], said=said)
        if question.name in posted.missing:
            return replace(question, problem=self.words["no_answer"])
        return question

    def picture(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """A picture of an item or of a stimulus, as the form shows it."""
        session, _ = self._visits.taking_part(request)
        place, k = request.path_params["administration"], request.path_params["k"]
        try:
            administration = session.administrations[place]
            picture = administration.pictures(request.path_params["item"])[k]
        except (InstrumentError, IndexError):
            raise Refused(404, "not_found") from None
        return Response(picture.data, media_type=picture.media_type)
