"""Subsets the Debian fonts for labels and converts CFF outlines to glyf, which PDF simple fonts need.

charsets.txt names the code points of each file as ranges. Files come out the same for the same packages: no time stamps,
no hinting, no layout features (text is set without them).
"""
import gzip
import io
import os
import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-%s.ttc"
CORE = "/usr/share/fonts/truetype/noto/%s-Regular.ttf"
DROID = "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"

# Largest distance, in font units of 1/1000 em, between a cubic curve and its quadratic replacement.
MAX_ERROR = 1.0

# OFL 1.1: the reserved font name is "Source", so the name "Noto" may stay.
FILES = {
    "NotoCJKsc-Regular-B.ttf": ("base", lambda: cjk("Regular")),
    "NotoCJKsc-Bold-B.ttf": ("base", lambda: cjk("Bold")),
    "chain_cjk_rest.ttf": ("cjk_rest", lambda: cjk("Regular")),
    "chain_notosans_rest.ttf": ("latin_rest", lambda: TTFont(CORE % "NotoSans")),
    "chain_thai.ttf": ("thai", lambda: TTFont(CORE % "NotoSansThai")),
    "chain_arabic.ttf": ("arabic", lambda: TTFont(CORE % "NotoSansArabic")),
    "chain_droid_rest.ttf.gz": ("han_rest", lambda: TTFont(DROID)),
}


def cjk(weight):
    """The Simplified Chinese face of the collection."""
    for font in TTCollection(CJK % weight).fonts:
        if font["name"].getDebugName(1).startswith("Noto Sans CJK SC"):
            return font
    raise SystemExit("no Noto Sans CJK SC in " + CJK % weight)


def charsets(path):
    """Reads lines "name: 20-7E 4E00 …" into sets; a name may stand on several lines."""
    sets = {}
    for line in open(path, encoding="ascii"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, ranges = line.split(":")
        chosen = sets.setdefault(name.strip(), set())
        for part in ranges.split():
            first, _, last = part.partition("-")
            chosen.update(range(int(first, 16), int(last or first, 16) + 1))
    return sets


def reduce(font, codes):
    """Keeps the glyphs of codes and drops what simple PDF fonts do not use."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "MATH", "STAT"]
    tool = subset.Subsetter(options)
    tool.populate(unicodes=codes)
    tool.subset(font)


def to_glyf(font):
    """Replaces cubic CFF outlines by quadratic glyf outlines."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    del font["CFF "]
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion, maxp.numGlyphs = 0x00010000, len(order)
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
                  "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth", "maxPoints", "maxContours",
                  "maxCompositePoints", "maxCompositeContours"):
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    for name in order:  # the left side bearing must equal xMin, or rasterisers shift the glyph
        drawn[name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(drawn[name], "xMin", 0))
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 3.0, [], {}, order
    font.sfntVersion = "\x00\x01\x00\x00"


def build(name, codes, font, folder):
    have = set(font.getBestCmap())
    lost = sorted(codes - have)
    if lost:
        print("%s: %d code points are not in the package: %s" % (name, len(lost), " ".join("%X" % c for c in lost[:12])))
    reduce(font, codes & have)
    if "CFF " in font:
        to_glyf(font)
    font["post"].formatType = 3.0
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    path = os.path.join(folder, name)
    if name.endswith(".gz"):  # rarely needed: packed, and unpacked when first used
        packed = io.BytesIO()
        font.save(packed)
        with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
            z.write(packed.getvalue())
    else:
        font.save(path)
    print("%s: %d characters, %d bytes" % (name, len(font.getBestCmap()), os.path.getsize(path)))


def main():
    sets = charsets(os.path.join(os.path.dirname(os.path.abspath(__file__)), "charsets.txt"))
    for name, (chosen, load) in FILES.items():
        build(name, sets[chosen], load(), sys.argv[1])


if __name__ == "__main__":
    main()
