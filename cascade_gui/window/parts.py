"""What the window is furnished with. Importing it takes longer than the first picture of the window may."""

from __future__ import annotations

from cascade_gui.account.panel import AccountPanel
from cascade_gui.document.recovery import Recovery, RecoveryFolder
from cascade_gui.figures.run_summary import RunSummary
from cascade_gui.figures.strip import FiguresStrip
from cascade_gui.loan_table.panel import LoanBookPanel
from cascade_gui.playback.stop_commands import StopCommands
from cascade_gui.playback.transport import TransportBar
from cascade_gui.plots.grid import PlotGrid
from cascade_gui.scenario_panel import ScenarioPanel
from cascade_gui.window.edit_commands import EditCommands
from cascade_gui.window.export_commands import ExportCommands
from cascade_gui.window.faults_dialog import Faults
from cascade_gui.window.faults_shown import FaultsShown
from cascade_gui.window.file_commands import FileCommands
from cascade_gui.window.help_commands import HelpCommands
from cascade_gui.window.market_choice import MarketChoice
from cascade_gui.window.offered_actions import OfferedActions
from cascade_gui.window.panel_focus import PanelFocus
from cascade_gui.window.presenting import Presenting
from cascade_gui.window.quiet_rounds import QuietRounds
from cascade_gui.window.run_ending import RunEnding
from cascade_gui.window.run_state import RunStateDisplay
from cascade_gui.window.session import Session
from cascade_gui.window.start_commands import StartCommands
from cascade_gui.window.submenus import Submenus
from cascade_gui.window.subtitle import subtitle
from cascade_gui.window.tour_commands import TourCommands
from cascade_gui.window.verification_line import VerificationLine
from cascade_gui.window.view_choice import ViewChoice
from cascade_gui.window.view_tabs import ViewTabs
from cascade_gui.working.spreading import Spreader

__all__ = [
    "AccountPanel",
    "EditCommands",
    "ExportCommands",
    "Faults",
    "FaultsShown",
    "FiguresStrip",
    "FileCommands",
    "HelpCommands",
    "LoanBookPanel",
    "MarketChoice",
    "OfferedActions",
    "PanelFocus",
    "PlotGrid",
    "Presenting",
    "QuietRounds",
    "Recovery",
    "RecoveryFolder",
    "RunEnding",
    "RunStateDisplay",
    "RunSummary",
    "ScenarioPanel",
    "Session",
    "Spreader",
    "StartCommands",
    "StopCommands",
    "Submenus",
    "TourCommands",
    "TransportBar",
    "VerificationLine",
    "ViewChoice",
    "ViewTabs",
    "subtitle",
]
