"""How long ago something was, as people say it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTimeZone

from cascade_gui.wording.numbers import number_locale

_WEEK = 7


def spoken_moment(seconds: float, now: QDateTime | None = None) -> str:
    """Write a point in time: today, 14:32; yesterday, 9:05; Monday; 12 Nov; 12 Nov 2024.

    Parameters
    ----------
    seconds
        Since the epoch.
    now
        The present moment; the clock's unless given.
    """
    moment = QDateTime.fromSecsSinceEpoch(int(seconds), QTimeZone.utc()).toLocalTime()
    today = (QDateTime.currentDateTime() if now is None else now).date()
    locale, day = number_locale(), moment.date()
    time = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    days = day.daysTo(today)
    if days == 0:
        return _tr("today, {0}").format(time)
    if days == 1:
        return _tr("yesterday, {0}").format(time)
    if 1 < days < _WEEK:
        return str(locale.dayName(day.dayOfWeek()))
    return str(locale.toString(day, "d MMM" if _is_of_year(day, today) else "d MMM yyyy"))


def _is_of_year(day: QDate, today: QDate) -> bool:
    return bool(day.year() == today.year())


def _tr(text: str) -> str:
    return QCoreApplication.translate("moments", text)
