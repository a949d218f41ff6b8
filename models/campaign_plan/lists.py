"""The lists a campaign keeps of its sites: 三个一批, 重点监管清单."""

from dataclasses import dataclass

from models.campaign_plan.documents import Source

KEY_LIST = "key"  # the code of the key supervision list, in every campaign


@dataclass(frozen=True)
class ListPlan:
    """Of the lists of one `group` a site sits on at most one. `source` is None where the office chose the name."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    group: str
    source: Source | None

    @property
    def is_key(self) -> bool:
        return self.code == KEY_LIST
