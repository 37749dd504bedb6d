"""A bank file as it arrives: bytes of some encoding, read in pieces so that memory doesn't grow with the file."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from fees.statements.refusal import StatementRefused

MOST_BYTES = 200 * 1024 * 1024
MOST_OF_A_LINE = 64 * 1024
PIECE = 64 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NOT_TEXT = {b"%PDF": "a PDF", b"PK\x03\x04": "a spreadsheet or an archive", b"\xd0\xcf\x11\xe0": "an old spreadsheet"}


class Source:
    """A seekable binary file of at most 200 MB. Whoever opened it closes it."""

    def __init__(self, file: BinaryIO):
        self.file = file
        self.size = file.seek(0, io.SEEK_END)
        if self.size > MOST_BYTES:
            raise StatementRefused("too_large", "The file is larger than {most} MB.", most=MOST_BYTES // 1024**2)
        self.head = self._head()
        if not self.head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
            raise StatementRefused("empty", "The file is empty.")
        for magic, what in NOT_TEXT.items():
            if self.head.startswith(magic):
                raise StatementRefused("format", "The file is {what}, not a bank statement.", what=what)

    def _head(self) -> bytes:
        self.file.seek(0)
        return self.file.read(PIECE)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, from its beginning."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece

    def text(self, encoding: str) -> Iterator[str]:
        """The file as text in pieces, every kind of line break as a newline."""
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
        begun = 0
        try:
            for piece in self.pieces():
                yield self._without_nul(decoder.decode(piece))
                begun += len(piece)
            yield self._without_nul(decoder.decode(b"", final=True))
        except UnicodeDecodeError as error:
            raise self._unreadable(encoding, begun + error.start) from None

    def lines(self, encoding: str) -> Iterator[tuple[int, str]]:
        """The lines of the file with their numbers, from 1."""
        number, rest = 0, ""
        for piece in self.text(encoding):
            *whole, rest = (rest + piece).split("\n")
            for text in whole:
                number += 1
                yield number, self._not_too_long(number, text)
            self._not_too_long(number + 1, rest)
        if rest:
            yield number + 1, rest

    def encoding(self) -> str:
        """The encoding that all of the file can be read in: by its mark, UTF-8, else Windows-1252.

        A file that has letters in UTF-8 and then bytes that are none is refused rather than read as something else.
        """
        for mark, name in BOMS:
            if self.head.startswith(mark):
                return name
        if self.head[:200].count(0) > len(self.head[:200]) // 4:
            return "utf-16-le" if self.head[1:2] == b"\0" else "utf-16-be"
        return "utf-8" if self._is_utf8() else "cp1252"

    def _is_utf8(self) -> bool:
        decoder, letters, begun = codecs.getincrementaldecoder("utf-8")(), False, 0
        try:
            for piece in self.pieces():
                letters = not decoder.decode(piece).isascii() or letters
                begun += len(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if letters or not error.object[: error.start].isascii():
                raise self._unreadable("utf-8", begun + error.start) from None
            return False
        return True

    @staticmethod
    def _unreadable(encoding: str, offset: int) -> StatementRefused:
        template = "The file isn't readable as {encoding} text near byte {offset}; it may be cut off or damaged."
        return StatementRefused("encoding", template, encoding=encoding.upper(), offset=f"{offset:,}")

    @staticmethod
    def _without_nul(text: str) -> str:
        if "\0" in text:
            raise StatementRefused("nul", "The file contains NUL bytes; it may be damaged.")
        return text

    @staticmethod
    def _not_too_long(number: int, text: str) -> str:
        if len(text) > MOST_OF_A_LINE:
            template = "The line has more than {most} characters."
            raise StatementRefused("too_long", template, f"Line {number:,}", most=f"{MOST_OF_A_LINE:,}")
        return text
