#!/usr/bin/env python3
"""Pictures of the simulated host for the documentation: pictures.py FOLDER (make pictures).

Runs vtop --demo in tmux long enough for its graphs to fill, and writes what is on the screen as SVG,
in the colours of a 256-colour terminal.
"""
import html
import os
import re
import sys
import time
import unicodedata

from screen import Screen

COLUMNS, ROWS = 132, 36
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 8.4, 18, 14
FOREGROUND, BACKGROUND = "#d0d0d0", "#101216"
FILL_SECONDS = 45
SGR = re.compile(r"\033\[([0-9;]*)m")
PICTURES = (("main", ()), ("vm", ("Home", "Enter")), ("container", ("q", "F3", "nginx-1", "Enter", "Enter")),
            ("tree", ("q", "Escape", "Home", "F5")))


def colour(index):
    """The usual colour of a number of the 256."""
    if index < 16:
        level = 255 if index >= 8 else 205
        return "#%02x%02x%02x" % tuple(level if index >> bit & 1 else 0 for bit in range(3))
    if index < 232:
        steps = (0, 95, 135, 175, 215, 255)
        index -= 16
        return "#%02x%02x%02x" % (steps[index // 36], steps[index // 6 % 6], steps[index % 6])
    return "#%02x%02x%02x" % ((8 + 10 * (index - 232),) * 3)


class Look:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.reverse = self.underline = False

    def apply(self, parameters):
        codes = [int(c or 0) for c in parameters.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code in (38, 48):
                codes.pop(0)
                value = colour(codes.pop(0))
                if code == 38:
                    self.fg = value
                else:
                    self.bg = value
            elif 30 <= code <= 37 or code == 39:
                self.fg = None if code == 39 else colour(code - 30)
            elif 40 <= code <= 47 or code == 49:
                self.bg = None if code == 49 else colour(code - 40)
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[code], True)

    def colours(self):
        fg, bg = self.fg or FOREGROUND, self.bg or BACKGROUND
        return (bg, fg) if self.reverse else (fg, bg)

    def key(self):
        return self.colours() + (self.bold, self.dim, self.underline)


def width_of(character):
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runs(text):
    """(row, column, width, look, text) of all stretches that look the same."""
    look = Look()
    for row, line in enumerate(text.rstrip("\n").split("\n")):
        column, at = 0, 0
        for m in list(SGR.finditer(line)) + [None]:
            piece = line[at:m.start() if m else len(line)]
            if piece:
                width = sum(map(width_of, piece))
                yield row, column, width, look.key(), piece
                column += width
            if m:
                look.apply(m.group(1))
                at = m.end()


def svg(text):
    width, height = COLUMNS * CELL_WIDTH, ROWS * CELL_HEIGHT
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" '
           'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="%d">'
           % (width, height, FONT_SIZE),
           '<rect width="100%%" height="100%%" fill="%s"/>' % BACKGROUND]
    for row, column, cells, (fg, bg, bold, dim, underline), piece in runs(text):
        x, y, w = column * CELL_WIDTH, row * CELL_HEIGHT, cells * CELL_WIDTH
        if bg != BACKGROUND:
            out.append('<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>'
                       % (x, y, w, CELL_HEIGHT, bg))
        if piece.strip():
            style = ' font-weight="bold"' * bold + ' opacity="0.6"' * dim
            style += ' text-decoration="underline"' * underline
            out.append('<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" '
                       'xml:space="preserve" fill="%s"%s>%s</text>'
                       % (x, y + CELL_HEIGHT - 4.5, w, fg, style, html.escape(piece)))
    return "\n".join(out) + "\n</svg>\n"


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    env = {"TERM": "xterm-256color"}
    with Screen(COLUMNS, ROWS, "--demo -d 0.5", env=env) as s:
        s.wait("db-primary")
        time.sleep(FILL_SECONDS)
        for name, keys in PICTURES:
            for key in keys:
                s.keys(key)
                time.sleep(0.3)
            time.sleep(1)
            with open(os.path.join(folder, name + ".svg"), "w") as f:
                f.write(svg(s.coloured()))
            print(os.path.join(folder, name + ".svg"))


main()
