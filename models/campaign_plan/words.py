"""The closed vocabularies of a campaign: roles, kinds, requirements, comparisons."""

from enum import StrEnum


class DocumentStatus(StrEnum):
    IN_FORCE = "in_force"
    AMENDED = "amended"
    ENDED = "ended"
    LAPSED = "lapsed"


class AreaKind(StrEnum):
    DISTRICT = "district"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"
    ZONE = "zone"


class UnitRole(StrEnum):
    """What a unit is for one task (分工, R2); a role is per task, not per campaign."""

    LEAD = "lead"
    SUPPORT = "support"
    RESPONSIBLE = "responsible"
    CARRY_OUT = "carry_out"
    TERRITORIAL = "territorial"
    ACCEPT = "accept"
    SUPERVISE = "supervise"


class Comparison(StrEnum):
    """≥ and > are told apart: 以上 includes the figure, 超过 does not (K1)."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "="


class Measure(StrEnum):
    """Where the figure of a target comes from."""

    SITES_LISTED = "sites_listed"
    SITES_CHECKED = "sites_checked"
    SITES_ACCEPTED = "sites_accepted"
    DECLARED = "declared"


class CheckKind(StrEnum):
    PATROL = "patrol"
    SURVEY = "survey"
    JOINT = "joint"
    RANDOM = "random"
    UNDERCOVER = "undercover"
    SURPRISE = "surprise"
    REINSPECTION = "reinspection"
    ACCEPTANCE = "acceptance"
    SAMPLE = "sample"


class DefinedBy(StrEnum):
    """Whether the plan lists the items itself, or its prose was turned into items."""

    PRINTED = "printed"
    DERIVED = "derived"


class ItemKind(StrEnum):
    YES_NO = "yes_no"
    NUMBER = "number"
    RATIO = "ratio"
    CHOICE = "choice"
    TEXT = "text"


class Requirement(StrEnum):
    """● ○ — in the plans' own tables."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    NOT_REQUIRED = "not_required"


class EvidenceRule(StrEnum):
    PHOTO_ON_FAIL = "photo_on_fail"
    ALWAYS = "always"
    BEFORE_AFTER = "before_after"
    NONE = "none"


class Severity(StrEnum):
    SLIGHT = "slight"
    ORDINARY = "ordinary"
    SERIOUS = "serious"


class CountedFrom(StrEnum):
    """The day a time limit starts to run; that day itself is not counted (K3)."""

    FOUND = "found"
    NOTICE = "notice"
    ISSUED = "issued"
    EVENT = "event"


class StepTrigger(StrEnum):
    FOUND = "found"
    OVERDUE = "overdue"
    REFUSED = "refused"
    NOT_CONFORMING = "not_conforming"
    RECURRED = "recurred"


class StepEffect(StrEnum):
    """What a step of a ladder does besides being recorded."""

    NOTICE = "notice"
    STOP_NOTICE = "stop_notice"
    REPORT = "report"
    KEY_LIST = "key_list"


class NoticeKind(StrEnum):
    """What is ordered in writing."""

    RECTIFY = "rectify"  # 限期整改
    STOP = "stop"  # 停产停业整顿


class Datum(StrEnum):
    """Phones send WGS-84, Chinese map apps show GCJ-02; mixing the two moves a site by 60 to 700 metres."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
