"""All keys on one sheet, in groups, with a field that finds those of what one wants to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from cascade_gui.theme.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZE: Final = (980, 760)
_KEYS_WIDTH: Final = 172
"""Room for the keys at the left of what they do, in pixels; more of them stand in two lines."""
_COLUMNS: Final = 2
_HEAD_LINES: Final = 2
"""A group's title takes about as much height as so many of its lines."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What some keys do.

    Parameters
    ----------
    keys
        As they are written on the screen; each alone does it.
    does
        In a sentence.
    """

    keys: tuple[str, ...]
    does: str

    def holds(self, words: Sequence[str]) -> bool:
        """Whether all words, in small letters, stand in it."""
        text = f"{' '.join(self.keys)} {self.does}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that belong together.

    Parameters
    ----------
    title
        What they are about, in plain words.
    lines
        The keys.
    """

    title: str
    lines: tuple[KeyLine, ...]


def groups_of(markdown: str) -> tuple[KeyGroup, ...]:
    r"""Read the tables of a page, each under the title of its section.

    Examples
    --------
    >>> groups_of("### In a table\n\n| key | does |\n| --- | --- |\n| Tab, Shift+Tab | goes on, back |")
    (KeyGroup(title='In a table', lines=(KeyLine(keys=('Tab', 'Shift+Tab'), does='goes on, back'),)),)
    """
    groups: list[tuple[str, list[KeyLine]]] = []
    for line in markdown.splitlines():
        if line.startswith("#"):
            groups.append((line.lstrip("#").strip(), []))
        elif line.startswith("|") and groups:
            key, _, does = line.strip("| ").partition(" | ")
            if does and key not in {"key", "mouse", "---"}:
                groups[-1][1].append(KeyLine(tuple(key.split(", ")), does.strip()))
    return tuple(KeyGroup(title, tuple(lines)) for title, lines in groups if lines)


class KeysSheet(QDialog):
    """``keys_sheet``: shows groups of keys, and of them those that hold what is typed. Esc closes it.

    Parameters
    ----------
    groups
        What it shows.
    """

    def __init__(self, groups: Sequence[KeyGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keys_sheet")
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setObjectName("keys_search")
        self.search.setPlaceholderText(self.tr("What do you want to do? For example: play, stop, paste"))
        self.search.setAccessibleName(self.tr("Find a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._nothing = plain_label(self.tr("No key does that. The menus have everything that can be done."))
        self._nothing.setProperty("role", "secondary")
        self._nothing.setContentsMargins(0, 12, 0, 0)
        self._nothing.hide()
        self._groups: list[tuple[QWidget, list[tuple[KeyLine, QWidget]]]] = []
        holder = QWidget()
        columns = QHBoxLayout(holder)
        columns.setContentsMargins(24, 4, 24, 16)
        columns.setSpacing(40)
        for part in _balanced(groups):
            column = QVBoxLayout()
            column.setSpacing(18)
            for group in part:
                column.addWidget(self._group(group))
            column.addStretch(1)
            columns.addLayout(column, 1)
        self._area = QScrollArea()
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(holder)
        head = QVBoxLayout()
        head.setContentsMargins(24, 20, 24, 8)
        head.addWidget(self.search)
        head.addWidget(self._nothing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(self._area, 1)
        self.resize(*_SIZE)

    @property
    def shown(self) -> list[KeyLine]:
        """The lines that can be seen."""
        return [line for _, lines in self._groups for line, widget in lines if not widget.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scroll with the keys that a field of one line has no use for."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            bar = self._area.verticalScrollBar()
            steps = {
                Qt.Key.Key_Up: -bar.singleStep(), Qt.Key.Key_Down: bar.singleStep(),
                Qt.Key.Key_PageUp: -bar.pageStep(), Qt.Key.Key_PageDown: bar.pageStep(),
            }  # fmt: skip
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                bar.setValue(bar.value() + step)
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = False
        for group, lines in self._groups:
            holds = False
            for line, widget in lines:
                shown = line.holds(words)
                widget.setVisible(shown)
                holds = holds or shown
            group.setVisible(holds)
            found = found or holds
        self._nothing.setVisible(not found)
        self._area.verticalScrollBar().setValue(0)

    def _group(self, group: KeyGroup) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        title = plain_label(group.title)
        title.setProperty("role", "title")
        title.setContentsMargins(0, 0, 0, 3)
        column.addWidget(title)
        lines = [(line, _row(line)) for line in group.lines]
        for _, row in lines:
            column.addWidget(row)
        self._groups.append((widget, lines))
        return widget


def _row(line: KeyLine) -> QWidget:
    row = QWidget()
    row.setAccessibleName(f"{', '.join(line.keys)}: {line.does}")
    caps = QWidget()
    caps.setFixedWidth(_KEYS_WIDTH)
    rows = QVBoxLayout(caps)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(3)
    room = 0
    for key in line.keys:
        cap = plain_label(key)
        cap.setProperty("role", "key")
        cap.ensurePolished()
        width = cap.sizeHint().width() + rows.spacing()
        if width > room:
            beside = QHBoxLayout()
            beside.setSpacing(4)
            beside.addStretch(1)
            rows.addLayout(beside)
            room = _KEYS_WIDTH
        beside.insertWidget(beside.count() - 1, cap)
        room -= width
    does = plain_label(line.does)
    does.setProperty("role", "secondary")
    does.setWordWrap(True)
    beside = QHBoxLayout(row)
    beside.setContentsMargins(0, 0, 0, 0)
    beside.setSpacing(12)
    beside.addWidget(caps, 0, Qt.AlignmentFlag.AlignTop)
    beside.addWidget(does, 1, Qt.AlignmentFlag.AlignVCenter)
    return row


def _balanced(groups: Sequence[KeyGroup]) -> list[list[KeyGroup]]:
    """Return the groups in their order in columns that are about equally high."""
    heights = [len(group.lines) + _HEAD_LINES for group in groups]
    room = sum(heights) / _COLUMNS
    columns: list[list[KeyGroup]] = [[] for _ in range(_COLUMNS)]
    so_far = 0.0
    for group, height in zip(groups, heights, strict=True):
        columns[min(_COLUMNS - 1, int((so_far + height / 2) // room))].append(group)
        so_far += height
    return columns


def written(key: str | QKeySequence.StandardKey) -> str:
    """Write a shortcut as this system shows it; empty where the system has none for it."""
    return str(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText))
