"""How long something lasts, how late it is, and by how much something has to give, in words.

Knows nothing of what it is.
"""


def tell_length(minutes: int) -> str:
    """``45 min``, ``2 h``, ``2 h 30 min``; negative lengths keep their sign."""
    sign, minutes = ("-" if minutes < 0 else ""), abs(minutes)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h" + (f" {rest} min" if rest else "")


def tell_late(before: int | None, after: int | None) -> str:
    """``26 h late, was in time``: minutes by which a request ends after its due date, as it was and as it becomes;
    empty where ``after`` is not known."""
    if after is None:
        return ""
    told = f"{tell_delay(after)} late" if after else "in time"
    if before is None or before == after:
        return told
    return f"{told}, was {f'{tell_delay(before)} late' if before else 'in time'}"


def tell_delay(minutes: int) -> str:
    """``45 min``, ``26 h``, ``6 d 23 h``: minutes (>= 0) are told below two hours only."""
    return tell_whole(minutes if minutes < 120 else minutes - minutes % 60)


def tell_whole(minutes: int) -> str:
    """``45 min``, ``26 h 5 min``, ``6 d 23 h 30 min``: minutes (>= 0), none of them rounded away."""
    days, rest = divmod(minutes, 24 * 60)
    if days < 2:
        return tell_length(minutes)
    return f"{days} d" + (f" {tell_length(rest)}" if rest else "")
