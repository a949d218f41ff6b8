"""The nearest sites, against measuring all of them: in towns, at the poles, across the 180th meridian, in any datum."""

import math
from random import Random

import pytest
from geopy.distance import geodesic
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from models.campaign_plan import AreaKind, Datum
from models.campaigns import Campaign
from models.places import Area, Site
from models.rights import Scope
from models.rules.coordinates import to_gcj02
from models.rules.ellipsoid import SPHERE_ERROR, metres_between, roughly_between
from models.rules.geofence import Point
from models.sites import nearest_sites, point_of
from models.tables import Base
from tests.models.random_records import moment

CENTRES = ((23.7, 113.0), (0.0, 180.0), (-16.5, -179.99), (89.99, 12.0), (-90.0, 0.0), (66.0, 179.9), (39.9, 116.4))
REACHES = (1.0, 300.0, 1000.0, 5000.0, 60_000.0, 20_100_000.0)


def around(chance: Random, centre: tuple[float, float], spread: float) -> tuple[float, float]:
    """Degrees; over the pole and round the globe where they lead there."""
    latitude = centre[0] + chance.uniform(-spread, spread)
    longitude = centre[1] + chance.uniform(-spread, spread) / max(0.02, math.cos(math.radians(centre[0])))
    return min(90.0, max(-90.0, latitude)), (longitude + 180) % 360 - 180


def filled(chance: Random) -> Session:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all([Area(id=n, name=f"镇{n}", kind=AreaKind.TOWN) for n in (1, 2)])
    session.add_all([Campaign(id=n, code=f"c{n}", name=f"行动{n}", imported_at=moment(chance)) for n in (1, 2)])
    session.flush()
    for n in range(160):
        latitude, longitude = around(chance, chance.choice(CENTRES), chance.choice([0.0, 0.001, 0.01, 0.1, 40.0]))
        datum = chance.choice([Datum.WGS84, None, Datum.GCJ02])
        if datum is Datum.GCJ02:
            latitude, longitude = to_gcj02(latitude, longitude)
        session.add(
            Site(code=f"S{n}", name=f"点位{n}", token=f"t{n}", area_id=chance.choice([1, 2]), latitude=latitude,
                 longitude=longitude, datum=datum, campaign_id=chance.choice([1, 2]),
                 closed_at=moment(chance) if chance.random() < 0.1 else None)
        )  # fmt: skip
    session.add(Site(code="none", name="无位置", token="none", area_id=1, campaign_id=1))
    session.commit()
    return session


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_are_those_that_measuring_all_would_give(seed: int) -> None:
    chance = Random(seed)
    session = filled(chance)
    for _ in range(25):
        granted = chance.choice([[Scope()], [Scope(frozenset({1}))], [Scope(frozenset({2}), 1), Scope(campaign=2)], []])
        here = Point(*around(chance, chance.choice(CENTRES), chance.choice([0.0, 0.01, 1.0])), Datum.WGS84)
        reach, limit = chance.choice(REACHES), chance.choice([1, 5, 200])
        measured = []
        for site in session.query(Site).filter(Site.closed_at.is_(None), Site.latitude.is_not(None)):
            point = point_of(site)
            assert point is not None
            metres = geodesic(here.wgs84, point.wgs84).meters
            if metres <= reach and any(s.covers(site.area_id, site.campaign_id) for s in granted):
                measured.append((metres, site.id))
        found = nearest_sites(session, granted, here, reach, limit)
        expected = sorted(measured)[:limit]
        assert [near.metres for near in found] == pytest.approx([metres for metres, _ in expected], abs=0.001)
        assert len({near.site.id for near in found}) == len(found)
        assert {near.site.id for near in found} <= {site_id for _, site_id in measured}
        session.expire_all()


def test_metres_on_the_ellipsoid_are_geopys() -> None:
    """The two are worked out in ways that have nothing in common; near the opposite point ours asks the other."""
    chance = Random(5)
    for n in range(800):
        one = (math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180))
        other = [
            (chance.uniform(-90, 90), chance.uniform(-180, 180)),
            around(chance, one, 0.01),
            (chance.choice([-90.0, 0.0, 90.0]), chance.choice([one[1], -180.0, 180.0])),
            (max(-90.0, min(90.0, -one[0] + chance.uniform(-0.3, 0.3))), (one[1] + 360) % 360 - 180),
            one,
        ][n % 5]
        metres = geodesic(one, other).meters
        assert metres_between(one, other) == pytest.approx(metres, abs=0.001)
        assert roughly_between(one, other) == pytest.approx(metres, rel=SPHERE_ERROR, abs=0.001)
