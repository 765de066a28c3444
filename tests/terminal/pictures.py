#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""Pictures of the simulated host for the documentation: pictures.py FOLDER (make pictures).

Runs vtop --demo in tmux long enough for its graphs to fill, and writes what is on the screen as SVG,
in the colours of a 256-colour terminal. Blocks, shades and braille dots are drawn as shapes, so that
they meet whatever font the reader has.
"""
import html
import os
import re
import sys
import time
import unicodedata

from screen import Screen

COLUMNS, ROWS = 132, 34
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 18, 14, 12
FOREGROUND, BACKGROUND = "#d0d0d0", "#101216"
FILL_SECONDS = 75  # a guest has waited for a CPU for long enough to be reported
SGR = re.compile(r"\033\[([0-9;]*)m")
CLOCK = re.compile(r"(?<!\d)(\d\d):(\d\d):(\d\d)(?!\d)")  # all in a picture that is not simulated
SHOWN = 12 * 3600 + 4 * 60 + 31  # what the clock in the first line shows instead
# What is pressed to come from one picture to the next, and what is there then.
PICTURES = (
    ("main", (), "db-primary"),
    ("vm", ("Home", "F3", "-l analytics", "Enter", "Enter"), "virtual machine"),
    ("container", ("q", "Home", "F3", "-l nginx-1", "Enter", "Enter"), "container"),
    ("host", ("q", "H"), "CPUs"),
    ("findings", ("q", "F7"), "web-canary +waits"),
    ("advice", ("F8",), "vCPUs per core"),
)


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


# ---- shapes ----

EIGHTHS_UP, EIGHTHS_RIGHT = " ▁▂▃▄▅▆▇█", " ▏▎▍▌▋▊▉█"
SHADES = {"░": 0.3, "▒": 0.5, "▓": 0.75}


def rectangle(x, y, w, h, fill, opacity=1.0):
    return '<path d="M%.1f %.1fh%.1fv%.1fh%.1fz" fill="%s"%s/>' % (
        x, y, w, h, -w, fill, "" if opacity == 1 else ' opacity="%g"' % opacity)


def braille(character, x, y, fill):
    dots = ord(character) - 0x2800
    places = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
    at = ["M%.1f %.1fh2v2h-2z" % (x + 1.2 + 4 * c, y + 2 + 4 * r)
          for bit, (c, r) in enumerate(places) if dots >> bit & 1]
    return '<path d="%s" fill="%s"/>' % ("".join(at), fill)


def shape(characters, x, y, fill):
    """A stretch of one character that is drawn, not written; None for all others."""
    c, w = characters[0], len(characters) * CELL_WIDTH
    if c in SHADES:
        return rectangle(x, y, w, CELL_HEIGHT, fill, SHADES[c])
    if c in EIGHTHS_UP[1:]:
        h = CELL_HEIGHT * EIGHTHS_UP.index(c) / 8
        return rectangle(x, y + CELL_HEIGHT - h, w, h, fill)
    if c in EIGHTHS_RIGHT[1:]:
        return rectangle(x, y, CELL_WIDTH * EIGHTHS_RIGHT.index(c) / 8, CELL_HEIGHT, fill)
    if 0x2800 < ord(c) < 0x2900:
        return "".join(braille(c, x + i * CELL_WIDTH, y, fill) for i in range(len(characters)))
    return None


PIECES = re.compile(r"([\u2581-\u2593\u2801-\u28ff])\1*|[^\u2581-\u2593\u2801-\u28ff]+")


def written(x, y, w, fg, bold, dim, underline, text):
    style = ' font-weight="bold"' * bold + ' opacity="0.6"' * dim
    style += ' text-decoration="underline"' * underline
    return ('<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" '
            'xml:space="preserve" fill="%s"%s>%s</text>'
            % (x, y + CELL_HEIGHT - 4.5, w, fg, style, html.escape(text)))


def run_of(x, y, look, text):
    """One stretch of cells that look the same."""
    fg, bg, bold, dim, underline = look
    if bg != BACKGROUND:
        yield rectangle(x, y, sum(map(width_of, text)) * CELL_WIDTH, CELL_HEIGHT, bg)
    for m in PIECES.finditer(text):
        piece, w = m.group(), sum(map(width_of, m.group())) * CELL_WIDTH
        drawn = shape(piece, x, y, fg)
        if drawn:
            yield drawn
        elif piece.strip():
            left = len(piece) - len(piece.lstrip())
            core = piece.strip()
            yield written(x + left * CELL_WIDTH, y, sum(map(width_of, core)) * CELL_WIDTH,
                          fg, bold, dim, underline, core)
        x += w


def svg(text):
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, ROWS * CELL_HEIGHT + 2 * MARGIN
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" '
           'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="%d" '
           'shape-rendering="crispEdges">'
           % (width, height, FONT_SIZE),
           '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND]
    for row, column, _, look, piece in runs(text):
        out.extend(run_of(MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT, look, piece))
    return "\n".join(out) + "\n</svg>\n"


def seconds(clock):
    hours, minutes, rest = map(int, clock.groups())
    return hours * 3600 + minutes * 60 + rest


def same_clock(text):
    """The text with all times moved by as much as that of the first line."""
    by = SHOWN - seconds(CLOCK.search(text))

    def moved(clock):
        time_of_day = (seconds(clock) + by) % 86400
        return "%02d:%02d:%02d" % (time_of_day // 3600, time_of_day // 60 % 60, time_of_day % 60)
    return CLOCK.sub(moved, text)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    env = {"TERM": "xterm-256color"}
    with Screen(COLUMNS, ROWS, "--demo -d 0.5", env=env) as s:
        s.wait("db-primary")
        time.sleep(FILL_SECONDS)
        for name, keys, there in PICTURES:
            for key in keys:
                s.keys(*key.split(" ", 1))
                time.sleep(0.3)
            time.sleep(1)
            s.wait(there)
            with open(os.path.join(folder, name + ".svg"), "w") as f:
                f.write(svg(same_clock(s.coloured())))
            print(os.path.join(folder, name + ".svg"))


main()
