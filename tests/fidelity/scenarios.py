"""What happens to weeks of listening on their way to the log, and the table of it."""

from dataclasses import dataclass

from tests.support.times import HOUR, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to weeks of listening on their way to the log. Times in ms, shares from 0 to 1.

    played_at: "left" (the player), when the sound "stopped", its "start", or one of the first two "by day".
    outage: the hours of each day (UTC) without a run. blind: looks that show nothing though something plays; of a pause
    half of all do then. awake_ms: how long a player shows a pause. stuck: pauses in which it claims to play beyond the
    end of its track. unknown: looks without a progress. in_parts: streams that Spotify lists twice, at a moment in them
    and at their end. sought: pauses in which the track is sought back. begun_again: pauses after which it's
    begun again from its start.
    """

    name: str = "calm"
    played_at: str = "by day"
    every_ms: int = MINUTE
    clock_ms: int = 0
    relinked: float = 0
    blind: float = 0
    awake_ms: tuple[int, int] = (2 * MINUTE, 10 * MINUTE)
    stuck: float = 0
    unknown: float = 0
    outage: tuple[int, int] = (0, 0)
    never: float = 0
    late: float = 0
    late_ms: tuple[int, int] = (HOUR, 48 * HOUR)
    in_parts: float = 0
    sought: float = 0
    begun_again: float = 0
    finished_only: bool = False


SCENARIOS = [
    Scenario("calm"),
    Scenario("left", played_at="left"),
    Scenario("sound stopped", played_at="stopped"),
    Scenario("start", played_at="start"),
    Scenario("clock 20 s off", clock_ms=20 * SECOND),
    Scenario("relinked 5 %", relinked=0.05),
    Scenario("looks that return nothing", blind=1 / 30),
    Scenario("pauses shown for hours", awake_ms=(HOUR, 12 * HOUR)),
    Scenario("odd answers", stuck=0.3, unknown=0.02),
    Scenario("nightly outage", outage=(2, 6)),
    Scenario("asleep by day", outage=(8, 18)),
    Scenario("a tenth never listed", never=0.1),
    Scenario("a tenth late", late=0.1),
    Scenario("a tenth in parts", in_parts=0.1),
    Scenario("sought in pauses", sought=0.2),
    Scenario("begun again after pauses", begun_again=0.2),
    Scenario("five minutes, and begun again", begun_again=0.2, every_ms=5 * MINUTE),
    Scenario("only finished plays listed", finished_only=True),
    Scenario("nothing is listed", never=1),
    Scenario("every five minutes", every_ms=5 * MINUTE),
]
