"""QR codes of sites, to be stuck to the door: scanned, they begin the check of that site (R44)."""

from handlers import asking
from handlers.messages import Picture, Reply
from handlers.pictures import QrCard
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign

MOST = 8  # pictures at once; more than that floods the chat


def send(turn: Turn, wanted: str) -> None:
    """`二维码 玄真公厕`: for leads and the office; each site's code as a picture that can be printed."""
    if turn.incoming.in_group or not turn.is_one_of(rights.EXPORTS):
        return turn.say(turn.text("code.not_allowed"))
    sites = asking.sites_named(turn, wanted)
    if not sites:
        return turn.say(turn.text("code.how"))
    for site in sites[:MOST]:
        link = turn.agency.invite_link(f"s_{site.token}")
        campaign = turn.session.get_one(Campaign, site.campaign_id)
        card = QrCard(link, site.name, (campaign.name, site.area.name), (turn.text("code.scan"),))
        turn.say(Reply(turn.text("code.of", site=site.name, link=link), picture=Picture("qr", card.to_data())))
    turn.record("code.sent", "site", sites[0].id, sites=[site.code for site in sites[:MOST]])
    if len(sites) > MOST:
        turn.say(turn.text("ask.more", n=len(sites) - MOST))
    return None
