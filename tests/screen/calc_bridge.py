"""Drives LibreOffice Calc for a test, in the Python that has UNO: commands on standard input, answers on output.

``paste`` puts the clipboard into a new sheet as Ctrl+V does, confirms the dialog that asks how plain text is cut, and
tells what the cells hold; ``copy`` copies what was pasted, as Ctrl+A and Ctrl+C do; ``end`` ends Calc.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import uno

CONFIRMED, STEP, PATIENCE = 1, 0.1, 60.0


def connected(pipe: str):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(STEP)


class Calc:
    def __init__(self, pipe: str) -> None:
        self.context = connected(pipe)
        self.services = self.context.ServiceManager
        self.desktop = self.services.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        self.sheets = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        self.frame = self.sheets.CurrentController.Frame
        self.done = threading.Event()
        self.dispatcher = self.services.createInstanceWithContext("com.sun.star.frame.DispatchHelper", self.context)

    def do(self, command: str) -> None:
        self.dispatcher.executeDispatch(self.frame, f".uno:{command}", "", 0, ())

    def paste(self) -> list[list[str]]:
        confirming = threading.Thread(target=self.confirm)
        confirming.start()
        self.do("Paste")
        self.wait_for_text()
        self.done.set()
        confirming.join()
        sheet = self.sheets.Sheets.getByIndex(0)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        used = sheet.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow)
        self.sheets.CurrentController.select(used)
        return [[str(cell) for cell in row] for row in used.DataArray]

    def wait_for_text(self) -> None:
        first = self.sheets.Sheets.getByIndex(0).getCellByPosition(0, 0)
        until = time.monotonic() + PATIENCE
        while not first.String and time.monotonic() < until:
            time.sleep(STEP)

    def confirm(self) -> None:
        toolkit = self.services.createInstanceWithContext("com.sun.star.awt.Toolkit", self.context)
        while not self.done.is_set():
            for place in range(toolkit.getTopWindowCount()):
                window = toolkit.getTopWindow(place)
                if window is not None and hasattr(window, "endDialog"):
                    window.endDialog(CONFIRMED)
                    return
            time.sleep(STEP)


def main() -> None:
    calc = Calc(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        command = line.strip()
        if command == "paste":
            print(json.dumps(calc.paste()), flush=True)
        elif command == "copy":
            calc.do("Copy")
            print("copied", flush=True)
        elif command == "end":
            calc.sheets.setModified(False)
            calc.desktop.terminate()
            return


main()
