"""What the sample pictures show."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from bot.emulator.drawing import (
    HEIGHT,
    WIDTH,
    Colour,
    bowl,
    glow,
    lay,
    panel,
    shade,
    shadow,
    tiles,
    words,
)

WALL: Colour = (224, 229, 226)
FLOOR: Colour = (186, 182, 172)
STEEL: Colour = (196, 201, 205)
PORCELAIN: Colour = (246, 247, 246)
WOOD: Colour = (150, 112, 78)
HORIZON = 430


def _room(rng: random.Random, wall: Colour = WALL, floor: Colour = FLOOR) -> Image.Image:
    """A tiled wall over a tiled floor that comes towards the camera."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), wall)
    lay(picture, tiles((1600, 500), 12, 4, wall, rng), ((-100, -60), (1700, -60), (1700, HORIZON), (-100, HORIZON)))
    ground = tiles((1600, 1600), 10, 10, floor, rng)
    lay(picture, ground, ((-80, HORIZON), (1680, HORIZON), (2900, 1340), (-1300, 1340)))
    shadow(picture, (-200, HORIZON - 26, 1800, HORIZON + 30), 0.4, 20)
    return picture


def clean_floor(rng: random.Random) -> Image.Image:
    picture = _room(rng, floor=(205, 203, 196))
    glow(picture, (430, 470, 930, 1190), strength=0.4)
    glow(picture, (980, 440, 1260, 760), strength=0.35)
    # A yellow board that says the floor has just been mopped.
    shadow(picture, (1130, 690, 1420, 750), 0.5)
    draw = ImageDraw.Draw(picture)
    draw.polygon(((1200, 330), (1330, 330), (1400, 720), (1140, 720)), fill=(244, 196, 32))
    draw.polygon(((1330, 330), (1352, 338), (1424, 702), (1400, 720)), fill=(188, 146, 16))
    words(picture, (1268, 470), "已保洁", 52, (40, 36, 20))
    words(picture, (1268, 560), "CLEANED", 36, (40, 36, 20))
    return picture


def _cigarette_end(picture: Image.Image, x: float, y: float, angle: float, size: float) -> None:
    length, width = round(120 * size), round(24 * size)
    butt = Image.new("RGBA", (length, width), (0, 0, 0, 0))
    draw = ImageDraw.Draw(butt)
    draw.rounded_rectangle((0, 0, length * 0.48, width - 1), width * 0.3, fill=(206, 142, 70))
    draw.rectangle((length * 0.42, 0, length * 0.86, width - 1), fill=(240, 238, 230))
    draw.ellipse((length * 0.8, 0, length - 1, width - 1), fill=(62, 58, 56))
    draw.line((0, width * 0.25, length * 0.86, width * 0.25), fill=(255, 250, 235), width=max(1, width // 8))
    butt = butt.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    shadow(picture, (x + 6, y + butt.height * 0.45, x + butt.width + 10, y + butt.height * 1.1), 0.5, 7)
    picture.paste(butt, (round(x), round(y)), butt)


def cigarette_ends(rng: random.Random) -> Image.Image:
    picture = _room(rng, floor=(172, 164, 150))
    smears = Image.new("L", picture.size)
    draw = ImageDraw.Draw(smears)
    for _ in range(26):
        x, y = rng.uniform(0, WIDTH), rng.uniform(HORIZON + 60, HEIGHT)
        draw.ellipse((x, y, x + rng.uniform(20, 190), y + rng.uniform(6, 44)), fill=rng.randrange(30, 95))
    picture.paste((86, 76, 64), mask=smears.filter(ImageFilter.GaussianBlur(9)))
    for _ in range(13):
        depth = rng.uniform(0.25, 1)
        x, y = rng.uniform(180, 1400), HORIZON + 60 + depth * 600
        _cigarette_end(picture, x, y, rng.uniform(-70, 70), 0.5 + depth * 0.75)
    return picture


def wet_floor(rng: random.Random) -> Image.Image:
    picture = _room(rng, floor=(168, 170, 170))
    # The puddle mirrors the wall, upside down.
    mirror = picture.crop((0, 0, WIDTH, HORIZON)).transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((WIDTH, 700))
    pool = Image.new("L", picture.size)
    draw = ImageDraw.Draw(pool)
    for box in ((260, 660, 1120, 980), (700, 760, 1420, 1080), (180, 820, 720, 1040), (1050, 620, 1330, 760)):
        draw.ellipse(box, fill=190)
    pool = pool.filter(ImageFilter.GaussianBlur(6))
    reflected = picture.copy()
    reflected.paste(mirror, (0, HORIZON + 70))
    picture.paste(Image.blend(reflected, Image.new("RGB", picture.size, (96, 112, 120)), 0.3), mask=pool)
    glow(picture, (420, 720, 860, 860), strength=0.75)
    glow(picture, (960, 860, 1240, 980), strength=0.6)
    # It drips from this pipe.
    panel(picture, (1180, 180, 1226, HORIZON + 40), STEEL, 0.7, 12)
    panel(picture, (1150, HORIZON + 10, 1256, HORIZON + 52), STEEL, 0.6, 10)
    ImageDraw.Draw(picture).ellipse((1190, 520, 1214, 556), fill=(214, 230, 238))
    return picture


def basins(rng: random.Random) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    lay(picture, tiles((1600, 1200), 12, 9, WALL, rng), ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)))
    shadow(picture, (90, 70, 1520, 560), 0.4, 14, round_=False)
    panel(picture, (100, 60, 1500, 540), (178, 196, 202), 1.12)
    glow(picture, (160, 60, 760, 560), strength=0.5)
    ImageDraw.Draw(picture).rectangle((100, 60, 1500, 540), outline=(150, 156, 160), width=10)
    panel(picture, (0, 760, WIDTH, 860), (226, 224, 218), 0.9)
    panel(picture, (0, 860, WIDTH, HEIGHT), (168, 164, 156), 0.55)
    for middle in (300, 800, 1300):
        shadow(picture, (middle - 215, 790, middle + 215, 1010), 0.5)
        bowl(picture, (middle - 205, 740, middle + 205, 980), PORCELAIN, 0.82)
        bowl(picture, (middle - 165, 775, middle + 165, 935), (206, 212, 214), 1.16)
        bowl(picture, (middle - 24, 862, middle + 24, 892), (74, 78, 82), 1.2)
        panel(picture, (middle - 22, 590, middle + 22, 760), STEEL, 0.62, 16)
        panel(picture, (middle - 18, 590, middle + 18, 634), shade(STEEL, 1.15), 0.7, 16)
        panel(picture, (middle - 14, 690, middle + 14, 812), shade(STEEL, 0.95), 0.6, 12)
        panel(picture, (middle - 62, 574, middle + 62, 602), shade(STEEL, 1.1), 0.65, 14)
    panel(picture, (1030, 640, 1100, 760), (92, 160, 148), 0.7, 16)
    panel(picture, (1052, 606, 1078, 644), (240, 240, 240), 0.8, 6)
    return picture


def lamp_off(rng: random.Random) -> Image.Image:
    ceiling: Colour = (120, 124, 128)
    picture = Image.new("RGB", (WIDTH, HEIGHT), ceiling)
    sheet = tiles((1600, 1200), 6, 5, ceiling, rng)
    lay(picture, sheet, ((-700, -80), (2300, -80), (1250, 900), (350, 900)))
    wall = tiles((1200, 500), 9, 4, shade(WALL, 0.55), rng)
    lay(picture, wall, ((350, 900), (1250, 900), (1600, 1500), (0, 1500)))
    for corners in (
        ((-700, -80), (350, 900), (0, 1300), (-700, 1300)),
        ((2300, -80), (1250, 900), (1600, 1300), (2300, 1300)),
    ):
        ImageDraw.Draw(picture).polygon(corners, fill=shade(WALL, 0.47))
    _tube(picture, (330, 150, 700, 232), lit=True)
    _tube(picture, (850, 150, 1320, 250), lit=False)
    return picture


def _tube(picture: Image.Image, box: tuple[int, int, int, int], lit: bool) -> None:
    left, top, right, bottom = box
    panel(picture, (left - 40, top - 30, right + 40, bottom + 30), (206, 208, 208), 0.7, 18)
    if lit:
        glow(picture, (left - 420, top - 380, right + 420, bottom + 420), (255, 250, 226), 0.75)
        panel(picture, (left, top + 14, right, bottom - 14), (255, 254, 246), 0.98, 30)
        return
    panel(picture, (left, top + 18, right, bottom - 18), (146, 148, 146), 0.6, 30)
    # Blackened ends: this tube is finished.
    for edge in (left, right - 80):
        panel(picture, (edge, top + 18, edge + 80, bottom - 18), (58, 56, 54), 0.8, 30)


def sign(rng: random.Random) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (190, 118, 92))
    draw = ImageDraw.Draw(picture)
    for row in range(24):
        for column in range(-1, 12):
            left, top = column * 150 + (row % 2) * 75, row * 52
            tone = shade((178, 104, 80), 1 + rng.uniform(-0.09, 0.09))
            draw.rectangle((left + 4, top + 4, left + 146, top + 48), fill=tone)
    shadow(picture, (230, 200, 1420, 930), 0.6, 26, round_=False)
    panel(picture, (210, 160, 1390, 890), (22, 92, 168), 0.8, 36)
    ImageDraw.Draw(picture).rounded_rectangle((236, 186, 1364, 864), 24, outline=(240, 244, 248), width=8)
    _figure(picture, 420, skirt=False)
    _figure(picture, 1180, skirt=True)
    words(picture, (800, 430), "公厕", 250, (248, 250, 252))
    words(picture, (800, 640), "Public Toilet", 84, (248, 250, 252))
    words(picture, (800, 770), "体育馆 · 东门  开放时间 06:00–22:00", 46, (206, 224, 242))
    for x in (250, 1350):
        for y in (200, 850):
            bowl(picture, (x - 14, y - 14, x + 14, y + 14), STEEL, 0.6)
    return picture


def _figure(picture: Image.Image, x: int, skirt: bool) -> None:
    white = (248, 250, 252)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - 42, 270, x + 42, 354), fill=white)
    if skirt:
        draw.polygon(((x - 34, 372), (x + 34, 372), (x + 98, 576), (x - 98, 576)), fill=white)
    else:
        draw.rounded_rectangle((x - 72, 372, x + 72, 576), 30, fill=white)
    for leg in (-34, 10):
        draw.rounded_rectangle((x + leg, 560, x + leg + 26, 700), 10, fill=white)


def _stall_front(rng: random.Random) -> Image.Image:
    picture = _room(rng)
    shadow(picture, (330, 1040, 1300, 1140), 0.55, 26)
    for left in (60, 1180):
        panel(picture, (left, 0, left + 360, 1080), shade(WOOD, 0.86), 0.8)
    panel(picture, (430, 30, 1170, 1060), WOOD, 0.82)
    draw = ImageDraw.Draw(picture)
    for _ in range(70):
        x, top = rng.uniform(440, 1160), rng.uniform(30, 900)
        tone = shade(WOOD, rng.uniform(0.85, 1.06))
        draw.line((x, top, x + rng.uniform(-6, 6), top + rng.uniform(60, 320)), fill=tone, width=3)
    draw.rectangle((430, 30, 1170, 1060), outline=shade(WOOD, 0.55), width=8)
    for y in (180, 860):
        panel(picture, (418, y, 470, y + 90), STEEL, 0.6, 8)
    return picture


def door(rng: random.Random) -> Image.Image:
    picture = _stall_front(rng)
    panel(picture, (1040, 520, 1140, 620), STEEL, 0.65, 20)
    bowl(picture, (1060, 540, 1120, 600), (58, 150, 84), 0.8)
    panel(picture, (700, 180, 900, 290), (240, 242, 240), 0.94, 14)
    words(picture, (800, 236), "无人", 64, (36, 120, 66))
    return picture


def broken_lock(rng: random.Random) -> Image.Image:
    picture = _stall_front(rng)
    panel(picture, (1034, 510, 1146, 630), shade(WOOD, 0.42), 0.8, 16)
    draw = ImageDraw.Draw(picture)
    for x, y in ((1050, 528), (1128, 528), (1050, 612), (1128, 612)):
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=(30, 24, 20))
    # What is left of it hangs by one screw.
    lock = Image.new("RGBA", (110, 110), (0, 0, 0, 0))
    ImageDraw.Draw(lock).rounded_rectangle((4, 4, 105, 105), 18, fill=(*shade(STEEL, 0.85), 255))
    ImageDraw.Draw(lock).ellipse((28, 28, 82, 82), fill=(176, 52, 44, 255))
    lock = lock.rotate(34, expand=True, resample=Image.Resampling.BICUBIC)
    shadow(picture, (1050, 660, 1220, 800), 0.5, 12)
    picture.paste(lock, (1040, 600), lock)
    return picture


def stall(rng: random.Random) -> Image.Image:
    """A squat toilet seen from above, flushed and clean."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), FLOOR)
    lay(picture, tiles((1600, 1200), 8, 6, (198, 200, 198), rng), ((0, 0), (WIDTH, 0), (1700, 1240), (-100, 1240)))
    shadow(picture, (560, 150, 1070, 1130), 0.5, 24)
    panel(picture, (570, 130, 1030, 1100), PORCELAIN, 0.9, 210)
    panel(picture, (650, 240, 950, 1000), (214, 219, 221), 1.1, 150)
    panel(picture, (690, 290, 910, 960), (188, 196, 200), 1.18, 110)
    bowl(picture, (735, 330, 865, 470), (92, 104, 112), 1.3)
    glow(picture, (700, 560, 880, 900), strength=0.7)
    for left in (400, 1060):
        panel(picture, (left, 420, left + 150, 800), (222, 224, 222), 0.86, 40)
        for line in range(7):
            y = 470 + line * 44
            ImageDraw.Draw(picture).line((left + 26, y, left + 124, y), fill=(170, 174, 174), width=10)
    panel(picture, (770, 0, 830, 150), STEEL, 0.65, 16)
    return picture


def _crumpled(picture: Image.Image, rng: random.Random, x: float, y: float, size: float) -> None:
    """A ball of used paper: facets round a middle that is off centre."""
    draw = ImageDraw.Draw(picture)
    turns = [step * math.tau / 9 + rng.uniform(-0.2, 0.2) for step in range(9)]
    rim = [(x + math.cos(turn) * size * rng.uniform(0.8, 1.1), y + math.sin(turn) * size * 0.7) for turn in turns]
    middle = (x + rng.uniform(-0.3, 0.3) * size, y + rng.uniform(-0.3, 0.1) * size)
    for one, other in zip(rim, [*rim[1:], rim[0]], strict=True):
        # Facets that look up are lighter.
        lift = 1.0 - 0.22 * ((one[1] + other[1]) / 2 - y + size) / (2 * size)
        draw.polygon((one, other, middle), fill=shade((246, 244, 238), lift * rng.uniform(0.92, 1.03)))


def full_bin(rng: random.Random) -> Image.Image:
    picture = _room(rng, floor=(178, 174, 164))
    shadow(picture, (480, 960, 1180, 1090), 0.6, 24)
    papers: list[tuple[float, float, float]] = []
    for step in range(46):
        angle = step * 2.4
        reach = 12 * math.sqrt(step) * 2.5
        papers.append((800 + math.cos(angle) * reach * 1.5, 470 + math.sin(angle) * reach * 0.6, rng.uniform(40, 76)))
    for x, y, size in sorted(papers, key=lambda paper: paper[1]):
        _crumpled(picture, rng, x, y, size)
    draw = ImageDraw.Draw(picture)
    draw.polygon(((520, 520), (1080, 520), (1020, 1040), (580, 1040)), fill=(70, 96, 84))
    for stripe in range(12):
        x = 530 + stripe * 46
        draw.line((x, 530, 590 + stripe * 36, 1030), fill=(58, 80, 70), width=10)
    panel(picture, (500, 496, 1100, 552), (96, 126, 112), 0.7, 26)
    for x, y in ((330, 980), (1250, 930), (1180, 1090), (430, 1110)):
        shadow(picture, (x - 70, y - 4, x + 80, y + 60), 0.5, 10)
        _crumpled(picture, rng, x, y, 62)
    return picture


def no_paper(rng: random.Random) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    lay(picture, tiles((1600, 1200), 7, 5, (214, 222, 226), rng), ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)))
    shadow(picture, (470, 300, 1190, 980), 0.45, 30, round_=False)
    panel(picture, (450, 250, 1150, 930), STEEL, 0.66, 90)
    panel(picture, (520, 330, 1080, 850), (84, 90, 94), 0.6, 60)
    # An empty cardboard core on its spindle.
    panel(picture, (560, 560, 1040, 600), (206, 210, 212), 0.6, 18)
    panel(picture, (640, 500, 960, 660), (178, 138, 96), 0.66, 30)
    bowl(picture, (916, 500, 990, 660), (148, 110, 74), 0.7)
    bowl(picture, (934, 536, 974, 624), (52, 46, 42), 1.0)
    for x in (500, 1100):
        bowl(picture, (x - 16, 284, x + 16, 316), shade(STEEL, 0.75), 0.7)
    words(picture, (800, 890), "厕 纸", 44, (70, 76, 80))
    return picture
