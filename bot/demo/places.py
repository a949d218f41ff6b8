"""Where the sites of a campaign are, for people who only pretend to stand there."""

from pathlib import Path

from bot.campaign_files import read_campaign

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
CAMPAIGN = CAMPAIGNS / "qingxin-toilets-2018"
POSITIONS = "demo_positions.csv"  # invented for the demonstration, and marked so in the file


def places(folder: Path = CAMPAIGN, positions: str | None = POSITIONS) -> dict[str, tuple[float, float]]:
    """Degrees by site name; sites without a position are left out."""
    plan = read_campaign(folder, positions)
    return {
        site.name: (site.position.latitude, site.position.longitude) for site in plan.sites if site.position is not None
    }
