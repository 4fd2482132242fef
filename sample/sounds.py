"""Small sound files: a WAV bell and an MP3 of silence."""

import math
import wave
from io import BytesIO

RATE = 8000  # samples a second

# MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono: 417 bytes a frame; side information all zero is
# silence (ISO 11172-3, 2.4.1.7).
MP3_FRAME = b"\xff\xfb\x90\xc4" + bytes(413)
MP3_FRAMES_A_SECOND = 38


def wav_bell(seconds: float = 1.5, notes: tuple[int, ...] = (784, 659, 523)) -> bytes:
    """A few struck notes (in hertz), 8 bits mono."""
    buffer = BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        for note in notes:
            sound.writeframes(_struck(note, int(RATE * seconds / len(notes))))
    return buffer.getvalue()


def _struck(note: int, samples: int) -> bytes:
    turn = 2 * math.pi * note / RATE
    return bytes(
        128 + round(90 * math.exp(-4 * n / samples) * math.sin(turn * n)) for n in range(samples)
    )


def mp3_silence(seconds: int = 4) -> bytes:
    return MP3_FRAME * (seconds * MP3_FRAMES_A_SECOND)
