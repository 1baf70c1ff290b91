"""A folder of pictures with its key becomes an instrument that is asked, scored and controlled."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.errors import InstrumentError
from valuealign.exchange.picture_test import import_picture_test
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.pictures.drawn_face import drawn
from valuealign.simulation.simulated_sight import Sight
from valuealign.study.accuracy.right_answers import right_answers

N = 37
ABOUT = {"title": "Eyes", "source": "ours", "holder": "Us", "terms": "internal use"}
FACES = va.load_instrument("schematic-faces")


@pytest.fixture
def eyes(tmp_path):
    """37 drawn stand-ins with four words each, in the layout of the multiracial test."""
    folder = tmp_path / "eyes"
    folder.mkdir()
    rows = ["picture,option1,option2,option3,option4,answer,valence"]
    for k in range(N):
        item = FACES.items[k % len(FACES.items)]
        face = item.media[0].drawn
        if k >= len(FACES.items):
            face = face.model_copy(update={"gaze": face.gaze / 2})
        name = f"eyes-{k + 1}.png"
        (folder / name).write_bytes(drawn(face).data)
        words = [option.label["en"] for option in item.options]
        answer = item.attributes["expression"] if k % 2 else str(item.answer)
        rows.append(",".join([name, *words, answer, item.attributes["valence"]]))
    (folder / "key.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_the_layout_of_a_picture_test_runs_from_folder_to_controls(eyes, tmp_path):
    done = import_picture_test(eyes, "my-eyes", **ABOUT, output=tmp_path)
    assert (done.n_items, done.media.checked) == (N, "checksums")
    instrument = va.load_instrument(done.path)
    assert not [f for f in check_file(done.path) if f.severity == "error"]
    assert instrument.scoring.chance == 0.25
    given = va.administer(
        instrument,
        "sim:random",
        forms="pictures=shown,exchanged",
        store=tmp_path / "a.db",
        display=Quiet(),
    )
    answers = right_answers(given.long, instrument)
    assert answers.n_items == N
    assert set(answers.rows["pictures"]) == {"shown", "exchanged"}
    right = {o.label["en"]: o.code for o in instrument.items[1].options}
    assert instrument.items[1].answer == right[FACES.items[1].attributes["expression"]]
    assert {i.attributes["valence"] for i in instrument.items} == {
        "positive",
        "negative",
        "neutral",
    }


def test_the_stand_ins_can_be_seen(eyes):
    """What the pictures show is what the key says."""
    sight = Sight(FACES)
    for k, item in enumerate(FACES.items, start=1):
        seen = sight.expression((eyes / f"eyes-{k}.png").read_bytes())
        assert seen == item.attributes["expression"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("picture,", "file,", "no column 'picture'"),
        ("option1,option2,option3,option4", "a,b,c,d", "fewer than two columns of options"),
        (",answer", ",anser", "did you mean 'anser'"),
        ("eyes-3.png", "eyes-99.png", "there is no picture 'eyes-99.png'"),
        ("eyes-3.png", "../eyes-3.png", "outside the folder"),
        ("eyes-3.png", "eyes-4.png", "is in line 4 too"),
        (",2,", ",9,", "the answer '9' is not one of"),
    ],
)
def test_a_fault_of_the_key_is_named_and_no_file_is_left(eyes, tmp_path, old, new, said):
    text = (eyes / "key.csv").read_text()
    assert old in text
    (eyes / "key.csv").write_text(text.replace(old, new, 1))
    with pytest.raises(InstrumentError, match=said):
        import_picture_test(eyes, "my-eyes", **ABOUT, output=tmp_path)
    assert not (tmp_path / "my-eyes.yaml").exists()


def test_a_folder_needs_one_table_and_whole_pictures(eyes, tmp_path):
    (eyes / "more.csv").write_text("a\n")
    with pytest.raises(InstrumentError, match="2 tables; expected one"):
        import_picture_test(eyes, "my-eyes", **ABOUT, output=tmp_path)
    (eyes / "more.csv").unlink()
    (eyes / "eyes-5.png").write_bytes(small_picture()[:40])
    with pytest.raises(InstrumentError, match="damaged or cut off"):
        import_picture_test(eyes, "my-eyes", **ABOUT, output=tmp_path)
    with pytest.raises(InstrumentError, match="not a folder"):
        import_picture_test(eyes / "key.csv", "my-eyes", **ABOUT, output=tmp_path)


def test_the_command_takes_a_folder(eyes, tmp_path):
    words = [f"--{name}={value}" for name, value in ABOUT.items()]
    where = ["--output", str(tmp_path), "--id", "my-eyes"]
    done = CliRunner().invoke(valuealign, ["stimuli", "import", str(eyes), *words, *where])
    assert done.exit_code == 0, done.output
    assert f"{N} items" in done.output
    assert va.load_instrument(tmp_path / "my-eyes.yaml").item_ids[0] == "picture01"


def test_conditions_of_pictures_are_kept_on_the_way_out_and_in_again(tmp_path):
    given = va.administer(
        FACES,
        "sim:random",
        forms="pictures=shown,inverted",
        store=tmp_path / "a.db",
        display=Quiet(),
    )
    given.long.to_csv(tmp_path / "long.csv", index=False)
    rows = pd.read_csv(tmp_path / "long.csv")
    kept = ["model", "item_id", "value", "pictures"]
    for frame in (rows.drop(columns="respondent"), rows[kept]):
        again = va.as_responses(frame, FACES)
        assert set(again.long["respondent"]) == set(given.long["respondent"])
        assert set(again.long["form"]) == {"published", "pictures=inverted"}
        assert len(again.wide) == 2
