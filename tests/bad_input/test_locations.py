"""B30–B43: positions that cannot be, that are doubtful, that are somewhere else."""

import pytest

from models.checks import Check, CheckState, Location, LocationSample, LocationSource
from models.messages import InboxRow, InboxState
from models.places import Site
from models.rules.coordinates import to_bd09, to_gcj02
from tests.bad_input.speaking import CHEN, METRES_PER_DEGREE, SITE, Wild


async def test_b30_b31_degrees_that_are_not_on_the_globe_are_refused(either: Wild) -> None:
    for latitude, longitude in ((91, 113), (-90.5, 0), (23, 181), (23, -180.001), (1e300, 1)):
        await either.raw(location={"latitude": latitude, "longitude": longitude})
        assert await either.last() == either.text("location.impossible")
    assert either.all_of(Location) == either.all_of(Check) == []
    assert {row.state for row in either.all_of(InboxRow)} == {InboxState.DONE}
    assert '"latitude":91' in either.all_of(InboxRow)[-5].raw


async def test_b33_null_island_is_asked_again(either: Wild) -> None:
    for spot in ((0, 0), (0.0004, -0.0004)):
        await either.stands(*spot)
        assert await either.last() == either.text("location.null_island")
    assert either.all_of(Check) == []


async def test_b34_exchanged_degrees_are_asked_about_and_taken_on_the_senders_word(either: Wild) -> None:
    latitude, longitude = either.stage.places[SITE]
    await either.raw(location={"latitude": longitude, "longitude": latitude})
    meant = f"{latitude:.5f}, {longitude:.5f}"
    assert await either.last() == either.text("location.swapped", given=f"{longitude:.5f}, {latitude:.5f}", meant=meant)
    assert either.all_of(Check) == []
    number = either.all_of(Location)[0].id
    await either.taps("小王", f"v1:swap:{number}:1")
    assert either.all_of(Check) == []  # somebody else's
    await either.taps(CHEN, f"v1:swap:{number}:1")
    assert either.check().flags == ["swapped"]
    assert (await either.last()).startswith(SITE)
    assert either.text("flag.swapped") in await either.last()
    await either.taps(CHEN, f"v1:swap:{number}:1")
    assert len(either.all_of(Check)) == 1


async def test_b34_what_was_not_exchanged_is_not_used(talk: Wild) -> None:
    latitude, longitude = talk.stage.places[SITE]
    await talk.raw(location={"latitude": longitude, "longitude": latitude})
    await talk.taps(CHEN, f"v1:swap:{talk.all_of(Location)[0].id}:0")
    assert await talk.last() == talk.text("location.not_meant")
    assert talk.all_of(Check) == []


async def test_b35_typed_degrees_are_a_position_and_marked_as_typed(talk: Wild) -> None:
    latitude, longitude = talk.stage.places[SITE]
    north, east = divmod(latitude * 60, 60), divmod(longitude * 60, 60)
    for written in (
        f"{latitude:.6f}, {longitude:.6f}",
        f"{latitude:.6f} {longitude:.6f}".replace(".", ","),
        f"{north[0]:.0f}°{north[1]:.4f}'N {east[0]:.0f}°{east[1]:.4f}'E",
        f"北纬{north[0]:.0f}度{north[1]:.4f}分，东经{east[0]:.0f}度{east[1]:.4f}分",
        f"E{longitude:.6f} N{latitude:.6f}",
    ):
        await talk.says(written)
        assert talk.all_of(Location)[-1].source is LocationSource.TYPED, written
        assert talk.check().flags == ["typed"], written
        assert (await talk.last()).startswith(f"{SITE} · 厕所革命 2018 · 距点位 0 米"), written
        assert "⚠ 坐标是打字输入的" in await talk.last()


async def test_b35_half_a_position_is_asked_for_the_other_half(either: Wild) -> None:
    for written in ("北纬39°", "39.9", "39.9°N"):
        await either.says(written)
        assert await either.last() == either.text("location.half"), written
    await either.says("91.5, 113.1")
    assert await either.last() == either.text("location.impossible")
    assert either.all_of(Check) == []


@pytest.mark.parametrize("shifted", [to_gcj02, to_bd09])
async def test_b36_what_fits_only_after_a_conversion_says_so(either: Wild, shifted: object) -> None:
    latitude, longitude = either.stage.places[SITE]
    assert callable(shifted)
    await either.says(SITE)
    await either.stands(*shifted(latitude, longitude))
    assert either.check().flags == ["datum"]
    assert either.text("flag.datum") in await either.last()


async def test_b37_a_poor_accuracy_stands_on_card_receipt_and_ledger(either: Wild) -> None:
    await either.locates(CHEN, SITE, horizontal_accuracy=1500)
    if either.check().site_id is None:  # within so wide a circle there are several
        await either.says(SITE)
    assert either.check().flags == ["accuracy:1500"]
    told = either.text("flag.accuracy", distance=either.text("check.kilometres", kilometres="1.5"))
    assert f"⚠ {told}" in (await either.last()).split("\n")
    await either.photos()
    await either.submits()
    assert f"⚠ {told}" in (await either.last()).split("\n")
    assert await either.in_ledger("Doubts" if either.language == "en" else "存疑说明", either.language) == told


async def test_b38_a_venue_is_a_place_from_a_list(either: Wild) -> None:
    latitude, longitude = either.stage.places[SITE]
    await either.do(CHEN, "send_venue", latitude=latitude, longitude=longitude, title="x", address="y")
    assert either.check().flags == ["venue"]
    assert either.text("flag.venue") in await either.last()


async def test_b39_live_locations_are_samples_while_the_check_lasts(talk: Wild) -> None:
    latitude, longitude = talk.stage.places[SITE]
    live = await talk.stands(latitude, longitude, live_period=28_800)
    assert talk.check().flags == ["live_long"]
    said = len(await talk.texts(CHEN))
    for step in range(3):
        await talk.do(CHEN, "move_live", message_id=live["id"], latitude=latitude + step / 1e5, longitude=longitude)
    assert len(talk.all_of(LocationSample)) == 3
    assert len(await talk.texts(CHEN)) == said  # ticks are not answered
    await talk.photos()
    talk.drive.clock.move_by(600)
    await talk.submits()
    assert talk.check().flags == ["live_long"]
    await talk.do(CHEN, "move_live", message_id=live["id"], latitude=latitude, longitude=longitude)
    assert len(talk.all_of(LocationSample)) == 3  # where she goes afterwards is nobody's business
    assert talk.all_of(Location)[0].latitude == latitude


async def test_b39_a_live_location_that_stands_still_or_ends_early(either: Wild) -> None:
    latitude, longitude = either.stage.places[SITE]
    live = await either.stands(latitude, longitude, live_period=900)
    await either.photos()
    either.drive.clock.move_by(400)
    await either.do(CHEN, "move_live", message_id=live["id"], stop=True)
    await either.submits()
    assert sorted(either.check().flags) == ["live_ended", "live_still"]
    assert either.text("flag.live_ended") in await either.last()
    assert either.text("flag.live_still") in await either.last()


async def test_b41_what_was_sent_within_a_quarter_of_an_hour_belongs_together(talk: Wild) -> None:
    await talk.locates(CHEN, SITE)
    talk.drive.clock.move_by(14 * 60)
    await talk.photos()
    await talk.says("全部合格")
    talk.drive.clock.move_by(5)
    await talk.drive.settle()
    assert (talk.check().flags, talk.check().state) == ([], CheckState.SUBMITTED)


@pytest.mark.parametrize("first", ["location", "photos"])
async def test_b41_forty_minutes_apart_is_asked_about(either: Wild, first: str) -> None:
    await either.says(SITE)
    await (either.locates(CHEN, SITE) if first == "location" else either.photos())
    either.drive.clock.move_by(40 * 60)
    await (either.photos() if first == "location" else either.locates(CHEN, SITE))
    await either.says("全部合格")
    either.drive.clock.move_by(10)
    await either.drive.settle()
    assert either.check().state is CheckState.DRAFT  # it does not hand itself in
    assert either.check().flags == ["apart:40"]
    assert either.text("check.ask_apart", n=40) in await either.last()
    if first == "location":
        await either.locates(CHEN, SITE)  # on the spot, now
        assert either.check().flags == []
        assert either.check().state is CheckState.SUBMITTED
    else:
        await either.submits()
        assert either.check().state is CheckState.SUBMITTED
        assert either.text("flag.apart", n=40) in await either.last()


async def test_b42_twelve_kilometres_away_is_recorded_with_the_distance_and_the_reason(either: Wild) -> None:
    await either.says(SITE)
    await either.locates(CHEN, SITE, metres=12_000)
    assert either.check().flags == ["far"]
    assert round(either.check().distance_m or 0) == pytest.approx(12_000, rel=0.01)
    assert either.text("check.far") in (await either.last()).split("\n")
    await either.says("road washed away, 车过不去")
    assert either.check().reason == "road washed away, 车过不去"
    assert either.text("check.far_because", reason="road washed away, 车过不去") in (await either.last()).split("\n")
    await either.says("and a note")
    assert either.check().note == "and a note"
    await either.photos()
    await either.submits()
    told = either.text("flag.far_because", reason="road washed away, 车过不去")
    assert f"⚠ {told}" in (await either.last()).split("\n")
    assert await either.in_ledger("Doubts" if either.language == "en" else "存疑说明", either.language) == told


async def test_b43_two_sites_within_the_fence_are_asked_about_with_buttons(either: Wild) -> None:
    latitude, longitude = either.stage.places[SITE]
    with either.drive.database.writing() as session:
        other = session.query(Site).filter_by(name="明霞市场公厕").one()
        other.latitude, other.longitude, other.datum = latitude + 20 / METRES_PER_DEGREE, longitude, None
    await either.stands(latitude, longitude)
    assert await either.last() == either.text("check.which_of_these")
    labels = await either.stage._labels(either.stage.people[CHEN])
    assert {label.split(" · ")[0] for label in labels} >= {SITE, "明霞市场公厕"}
    assert either.check().site_id is None
    await either.play(f"{CHEN} taps 明霞市场公厕\n")
    assert either.check().site_id == either.site("明霞市场公厕").id
