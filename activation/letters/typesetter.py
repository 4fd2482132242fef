"""A program of its own: JSON of letters on standard input → PDF on standard output.

    python typesetter.py FONT_FOLDER < batch.json > letters.pdf

Typst remembers what it has set, some 120 MB a file, and with it every code and NUMEN. Here the
memory of it ends with the process. No Django: it starts in a moment.
"""

import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("letter.typ")


def main() -> int:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[sys.argv[1]])
    compiler = typst.Compiler(
        TEMPLATE,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"batch": sys.stdin.buffer.read().decode()},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(pdf, bytes):
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
