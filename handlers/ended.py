"""What belongs to a campaign that has ended is not changed any more: whoever tries is told how things stand (B66)."""

from handlers.filters import campaign_title
from handlers.turn import Turn
from models.campaigns import Campaign
from models.checks import Check, CheckState
from models.closing import ended_campaigns
from models.findings import Finding
from models.places import Site


def refuses(turn: Turn, campaign: Campaign | None, state: str) -> bool:
    """Whether the campaign has ended; if so says it, along with what remains true."""
    if campaign is None or campaign.closed_at is None:
        return False
    told = turn.text(
        "campaign.ended",
        campaign=campaign_title(turn, campaign),
        date=f"{turn.agency.local(campaign.closed_at):%m-%d}",
        state=state,
    )
    if turn.incoming.tap:
        turn.toast(told, alert=True)
    else:
        turn.say(told)
    return True


def refuses_check(turn: Turn, check: Check) -> bool:
    submitted = check.state is CheckState.SUBMITTED
    state = turn.text("receipt.recorded", number=check.number) if submitted else turn.text("campaign.draft_kept")
    return refuses(turn, check.campaign, state)


def refuses_finding(turn: Turn, finding: Finding) -> bool:
    from handlers import receipts

    campaign = turn.session.get_one(Campaign, finding.campaign_id)
    return refuses(turn, campaign, f"{finding.number} {receipts.finding_state(turn, finding)}")


def refuses_site(turn: Turn, site_id: int) -> bool:
    """Of a site one may see; of others nothing is said."""
    site = turn.session.get(Site, site_id)
    if site is None or not any(scope.covers(site.area_id, site.campaign_id) for scope in turn.scopes):
        return False
    return refuses(turn, site.campaign, turn.text("campaign.still_asked"))


def nothing_left(turn: Turn) -> bool:
    """Whether all that the person inspects has ended, of what they were given to inspect."""
    ended = ended_campaigns(turn.session)
    given = {scope.campaign for scope in turn.inspected}
    return bool(ended and given) and (given <= ended or (None in given and not _any_open(turn)))


def _any_open(turn: Turn) -> bool:
    return turn.session.query(Campaign.id).filter(Campaign.closed_at.is_(None)).first() is not None
