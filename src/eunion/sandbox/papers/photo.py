"""What scanners and telephones do to a sheet: turn, tilt, shade, blur, noise, JPEG."""

from __future__ import annotations

import io
import random

import cv2
import numpy as np
from PIL import Image

# Pixels of a photo's long side: the platform keeps 2,000; what comes through a chat is smaller.
PHOTO_SIDES = (1440, 1440, 1600, 2000)


def scan(sheet: Image.Image, rng: random.Random) -> bytes:
    """Return a clean scan: half a degree of tilt at most, a trace of noise, upright."""
    turned = sheet.rotate(rng.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=(250, 250, 250))
    return _jpeg(_noisy(np.asarray(turned).astype(np.float32), rng, rng.uniform(0, 3)), 90)


def photograph(sheet: Image.Image, rng: random.Random) -> tuple[bytes, int]:
    """Return a telephone's photo and how far the paper lies turned in it (0, 90, 180 or 270 degrees)."""
    turn = rng.choice((0, 0, 90, 180, 270))
    laid = _laid_on_a_table(sheet.rotate(turn, expand=True), rng)
    lit = _light(np.asarray(laid).astype(np.float32), rng)
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.25:
        blurred = _shaken(blurred, rng)
    noisy = _noisy(blurred, rng, rng.uniform(2, 8))
    return _jpeg(noisy, rng.randint(60, 88)), turn


def _laid_on_a_table(sheet: Image.Image, rng: random.Random) -> Image.Image:
    """Put the sheet on a table, tilted by up to 5 degrees and seen a little from the side."""
    room = rng.uniform(1.08, 1.35)
    long_side = max(sheet.size) * room
    scale = rng.choice(PHOTO_SIDES) / long_side
    width, height = (int(side * room * scale) for side in sheet.size)
    grain = np.random.default_rng(rng.randrange(1 << 32)).standard_normal((height, width, 1), np.float32)
    colour = np.array([rng.randint(60, 170), rng.randint(60, 150), rng.randint(50, 140)], np.float32)
    table = (6 * grain + colour).clip(0, 255).astype(np.uint8)
    half = np.array(sheet.size) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners *= [[rng.uniform(0.95, 1.0), rng.uniform(0.95, 1.0)] for _ in range(4)]
    angle = np.radians(rng.uniform(-5, 5))
    tilt = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen = corners @ tilt + np.array([width, height]) / 2
    flat = np.array([[0, 0], [sheet.width, 0], [sheet.width, sheet.height], [0, sheet.height]])
    bent = cv2.getPerspectiveTransform(flat.astype(np.float32), seen.astype(np.float32))
    cv2.warpPerspective(
        np.asarray(sheet), bent, (width, height), table, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT
    )
    return Image.fromarray(table)


def _light(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """Darken one side, put a lamp somewhere, shift the colour, and at times lay a hand's shadow across."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0 : 1 : height // 8 * 1j, 0 : 1 : width // 8 * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = (across - 0.5) * np.cos(angle) + (down - 0.5) * np.sin(angle)
    lamp = np.exp(-((across - rng.random()) ** 2 + (down - rng.random()) ** 2) / 0.35)
    light = rng.uniform(0.75, 0.92) + rng.uniform(0.1, 0.35) * slope + rng.uniform(0, 0.2) * lamp
    if rng.random() < 0.3:
        edge = (slope - rng.uniform(-0.2, 0.2)) * 25
        light *= 1 - rng.uniform(0.15, 0.35) / (1 + np.exp(-edge))
    cast = np.array([rng.uniform(0.94, 1.04), rng.uniform(0.96, 1.02), rng.uniform(0.86, 1.02)], np.float32)
    return pixels * cv2.resize(light.astype(np.float32), (width, height))[..., None] * cast


def _shaken(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """Smear the picture along one direction, as a hand does that moves."""
    length = rng.choice((3, 5))
    trace = np.eye(length, dtype=np.float32)
    if rng.random() < 0.5:
        trace = np.zeros((length, length), np.float32)
        trace[length // 2] = 1
    return cv2.filter2D(pixels, -1, trace / trace.sum())


def _noisy(pixels: np.ndarray, rng: random.Random, strength: float) -> np.ndarray:
    generator = np.random.default_rng(rng.randrange(1 << 32))
    grain = generator.standard_normal((*pixels.shape[:2], 1), np.float32)
    return pixels + grain * np.float32(strength)


def _jpeg(pixels: np.ndarray, quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
