"""The page's lists: the most played, this day in other years, the last plays. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from lib.report.charts import bar
from lib.report.model import Charts, Figures, Play, Ranked, SameDay
from lib.report.words import WEEKDAYS, count, day, name, span


def most_played(figures: Figures, years: int) -> str:
    """Artists, tracks, albums and shows of each time; of the years, the newest `years` only.

    One time shows: the last twelve months, unless they have no play.
    """
    times = [("Last four weeks", figures.four_weeks), ("Last twelve months", figures.twelve_months)]
    times += [(str(year.year), year.charts) for year in figures.years[:years]]
    times.append(("Ever", figures.ever))
    played = [nth for nth, (_, charts) in enumerate(times) if charts.plays]
    chosen = 1 if 1 in played else played[0]
    tabs = "".join(_tab(nth, label, charts, chosen=nth == chosen) for nth, (label, charts) in enumerate(times))
    return f"<fieldset class=tabs><legend class=hidden>Time</legend>{tabs}</fieldset>"


def _tab(nth: int, label: str, charts: Charts, *, chosen: bool) -> str:
    checked = " checked" if chosen else ""
    lead = f"{count(charts.plays, 'play')}, {span(charts.since, charts.until)}."
    kinds = (
        ("Artists", charts.artists),
        ("Tracks", charts.tracks),
        ("Albums", charts.albums),
        ("Shows", charts.shows),
    )
    lists = "".join(f"<div><h3>{kind}</h3>{_top(ranked)}</div>" for kind, ranked in kinds if ranked)
    return (
        f"<input type=radio name=time id=t{nth}{checked}><label for=t{nth}>{label}</label>"
        f"<div class=panel><p class=lead>{lead}</p><div class=charts>{lists}</div></div>"
    )


def _top(ranked: Sequence[Ranked]) -> str:
    most = ranked[0].plays
    rows = "".join(
        f"<li><b>{name(one.name)}</b>{_by(one.by)}<data value={one.plays}>{one.plays:,}"
        f"<span class=hidden> plays</span></data>{bar(one.plays / most)}"
        for one in ranked
    )
    return f"<ol class=top>{rows}</ol>"


def _by(artists: str) -> str:
    return f"<small>{name(artists)}</small>" if artists else ""


def same_days(figures: Figures) -> str:
    """What was played on today's date in other years."""
    if not figures.same_days:
        return "<p class=lead>Nothing so far.</p>"
    days = "".join(f"<div class=day>{_same_day(same)}</div>" for same in figures.same_days)
    return f"<div class='columns plays'>{days}</div>"


def _same_day(same: SameDay) -> str:
    more = same.plays - len(same.first)
    rest = f"<p class=note>and {more:,} more</p>" if more else ""
    return f"<h3>{same.day.year} <span>{count(same.plays, 'play')}</span></h3><ol>{_plays(same.first)}</ol>{rest}"


def latest(plays: Sequence[Play]) -> str:
    """The last plays, newest first, by day."""
    days = groupby(plays, key=lambda play: play.at.date())
    parts = (f"<h3>{WEEKDAYS[of.weekday()]}, {day(of)}</h3><ol>{_plays(played)}</ol>" for of, played in days)
    return f"<div class='columns plays'>{''.join(parts)}</div>"


def _plays(plays: Iterable[Play]) -> str:
    return "".join(
        f"<li><time datetime={at.isoformat()}>{at:%H:%M}</time><span>{name(recording.title)}</span>"
        f"{_by(recording.artists)}"
        for at, recording in plays
    )
