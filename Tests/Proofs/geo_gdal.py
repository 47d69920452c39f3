#!/usr/bin/env python3
"""What FlyOnce writes of places, read by others: PROJ, GEOTRANS and the Open Location Code for coordinates, GDAL for files.

    geo_gdal.py [--places 4000] [--seed 1] [--flight flight.ts]

    coordinates   `geo convert` at random places: each plane and each pair of degrees is PROJ's within 0.1 mm and what is printed,
                  there and back; MGRS is GEOTRANS's within its rounding, plus codes and geohashes are the same; GCJ-02 and BD-09
                  are the published formulas', written here again, and come back within a millimetre
    coverage      `geo coverage` opens in GDAL, is a sound polygon, and its area by PROJ's geodesics is what it says, within 1 %
    findings      of a simulated flight read by a daemon: findings, coverage and wanted looks as GeoJSON, and wanted looks as KML,
                  open in GDAL with every feature at its place

Exits 1 when a goal is missed and says which.
"""
import argparse
import http.client
import json
import math
import os
import shutil
import socket
import subprocess
import sys

import mgrs
import numpy as np
from openlocationcode import openlocationcode
from pyproj import Geod, Transformer
from shapely.geometry import shape

from gateway import BINARIES, Gateway, Platform, scratch, wait_until

FLYONCE = os.path.join(BINARIES, "flyonce")
#: Metres: half of the last digit printed, and PROJ's own noise.
PRINTED = 1e-4
SPHERE = 111_320.0
BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"


def convert(places, *options):
    lines = "\n".join(json.dumps(place) for place in places)
    answer = subprocess.run([FLYONCE, "geo", "convert", *options], input=lines, capture_output=True, text=True)
    answers = [json.loads(line) for line in answer.stdout.splitlines()]
    if len(answers) != len(places):
        raise SystemExit(f"{len(answers)} answers to {len(places)} places: {answer.stderr}")
    return answers


def geohash(lat, lon, length=12):
    low, high, bits = [-90.0, -180.0], [90.0, 180.0], []
    for number in range(length * 5):
        axis = 1 - number % 2
        middle = (low[axis] + high[axis]) / 2
        bits.append((lat, lon)[axis] >= middle)
        (low if bits[-1] else high)[axis] = middle
    return "".join(BASE32[sum(bit << 4 - place for place, bit in enumerate(bits[at:at + 5]))] for at in range(0, len(bits), 5))


def gcj02(lat, lon):
    """The published formulas, on Krasovsky's ellipsoid."""
    if not (0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347):
        return lat, lon
    a, e2, x, y, sin, pi = 6378245.0, 0.00669342162296594323, lon - 105, lat - 35, math.sin, math.pi
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x) ** 0.5 + common + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 \
        + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x) ** 0.5 + common + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 \
        + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    w = 1 - e2 * sin(math.radians(lat)) ** 2
    return lat + math.degrees(north / (a * (1 - e2) / w ** 1.5)), lon + math.degrees(east / (a / w ** 0.5 * math.cos(math.radians(lat))))


def bd09(lat, lon):
    lat, lon = gcj02(lat, lon)
    k = math.pi * 3000 / 180
    z = math.hypot(lat, lon) + 0.00002 * math.sin(lat * k)
    t = math.atan2(lat, lon) + 0.000003 * math.cos(lon * k)
    return z * math.sin(t) + 0.006, z * math.cos(t) + 0.0065


class Coordinates:
    """PROJ by the number that the answer names, in the order of the definition's own axes."""

    def __init__(self):
        self.worst, self.count, self.faults, self.known = {}, {}, [], {}

    def proj(self, code):
        if code not in self.known:
            # CGCS2000 and WGS 84 are one here: from the plane's own degrees, so that no change of datum comes in.
            number = int(code.split(":")[1])
            self.known[code] = Transformer.from_crs("EPSG:4490" if 4490 <= number < 4555 else "EPSG:4326", code, always_xy=True)
        return self.known[code]

    def note(self, name, off, limit, what):
        self.count[name] = self.count.get(name, 0) + 1
        self.worst[name] = max(self.worst.get(name, 0.0), off)
        if not off <= limit:
            self.faults.append(f"{name}: {off} of {limit}: {what}")

    def tell(self):
        for name, count in self.count.items():
            print(f"  {name}: {count}, worst {self.worst[name]:.3g}")


def places_of(random, count):
    places = []
    for number in range(count):
        if number % 2:
            lat, lon = random.uniform(18, 54), random.uniform(73.5, 135.1)
        else:
            lat, lon = float(np.degrees(np.arcsin(random.uniform(-1, 1)))), random.uniform(-180, 180)
        if number % 40 == 0:
            lat = random.choice([-1, 1]) * random.uniform(83, 90)
        if number % 40 == 2:
            lon = random.choice([-1, 1]) * (180 - 10 ** random.uniform(-9, 0))
        if number % 40 == 4:
            lat, lon = random.uniform(56, 84), random.uniform(0, 42)
        places.append({"lat": float(lat), "lon": float(lon)})
    return places


def coordinates(random, count):
    places = places_of(random, count)
    answers = convert(places)
    sums, back, codes, differ = Coordinates(), [], mgrs.MGRS(), 0
    planes = ("gauss_kruger_3", "gauss_kruger_3_zoned", "gauss_kruger_6", "gauss_kruger_6_zoned", "utm", "ups")
    for place, answer in zip(places, answers):
        lat, lon = place["lat"], place["lon"]
        meters = SPHERE * math.cos(math.radians(lat))
        for name in ("wgs84", "cgcs2000"):
            sums.note(name, max(abs(answer[name]["lat"] - lat) * SPHERE, abs(answer[name]["lon"] - lon) * meters), PRINTED, answer)
        for name in planes:
            plane = answer[name]
            if "error" in plane:
                china = 0 <= lat <= 60
                wants = {
                    "utm": -80 <= lat < 84, "ups": lat >= 83.5 or lat < -79.5, "gauss_kruger_3": china and 73.5 <= lon < 136.5,
                    "gauss_kruger_6": china and 72 <= lon < 138}[name.removesuffix("_zoned")]
                if wants:
                    sums.faults.append(f"{name}: {place} has none: {plane}")
                continue
            easting, northing = sums.proj(plane["crs"]).transform(lon, lat)
            sums.note(name, max(abs(plane["easting_m"] - easting), abs(plane["northing_m"] - northing)), PRINTED, (place, plane))
            if name.startswith("gauss"):
                width = plane["zone_width_deg"]
                if not -width / 2 <= lon - plane["central_meridian_deg"] < width / 2:
                    sums.faults.append(f"{name}: {place} in {plane}")
            back.append((place, {key: plane[key] for key in ("crs", "easting_m", "northing_m")}))
        reference = codes.toMGRS(lat, lon, MGRSPrecision=5)
        said = answer["mgrs"]["mgrs"]
        if 180 - abs(lon) < 1e-7:
            # A hair from 180° GEOTRANS is on it, and in the zone beyond.
            reference = said
        elif said != reference and not beside(said, reference):
            sums.faults.append(f"mgrs: {place}: {said}, GEOTRANS {reference}")
        differ += said != reference
        for name, expected in (("plus_code", openlocationcode.encode(lat, lon, 11)), ("geohash", geohash(lat, lon))):
            sums.note(name, float(answer[name][name] != expected), 0, (place, answer[name], expected))
        for name, formula in (("gcj02", gcj02), ("bd09", bd09)):
            if "error" in answer[name]:
                continue
            there = formula(lat, lon)
            sums.note(name, max(abs(answer[name]["lat"] - there[0]) * SPHERE, abs(answer[name]["lon"] - there[1]) * meters), PRINTED, (place, answer[name], there))
            back.append((place, {"crs": name, "lat": answer[name]["lat"], "lon": answer[name]["lon"]}))
    for (place, stated), answer in zip(back, convert([stated for _, stated in back], "--to", "wgs84")):
        if "wgs84" not in answer:
            sums.faults.append(f"back: {stated}: {answer}")
            continue
        lon = (answer["wgs84"]["lon"] - place["lon"] + 180) % 360 - 180
        off = math.hypot((answer["wgs84"]["lat"] - place["lat"]) * SPHERE, lon * SPHERE * math.cos(math.radians(place["lat"])))
        sums.note("back to WGS 84", off, 1e-3, (place, stated, answer))
    print(f"coordinates: {count} places, metres from PROJ and the others (codes: 1 is a difference)")
    sums.tell()
    print(f"  mgrs: {count}, {differ} a metre beside GEOTRANS, which rounds before it cuts off")
    if differ > count / 100:
        sums.faults.append(f"mgrs: {differ} of {count} differ")
    return sums.faults


def beside(one, other):
    """Libraries that round where a reference is cut off are a metre aside."""
    if one[:-10] != other[:-10]:
        return False
    return all(abs(int(one[part]) - int(other[part])) <= 1 for part in (slice(-10, -5), slice(-5, None)))


def gdal(path, faults):
    """What GDAL reads of a file: its features. Complaints are faults."""
    features = []
    for command in (["ogrinfo", "-al", "-so", path], ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=12", "/vsistdout/", path]):
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode or "ERROR" in answer.stderr or "Warning" in answer.stderr:
            faults.append(f"{os.path.basename(path)}: {answer.stderr or answer.stdout}")
            return []
        if command[0] == "ogr2ogr":
            features = json.loads(answer.stdout)["features"]
    return features


def coverage(random, directory):
    """A flight that turns, near each of some places, one across 180°."""
    faults, geod = [], Geod(ellps="WGS84")
    for lat, lon in ((28.9, 118.5), (-34.6, -58.4), (0.0, 6.0), (64.0, 179.9995), (78.2, 15.6)):
        lines = []
        for step in range(120):
            angle = step * 3
            north, east = 150 * math.sin(math.radians(angle)), 150 * (1 - math.cos(math.radians(angle)))
            x = lon + east / (SPHERE * math.cos(math.radians(lat)))
            lines.append(json.dumps({
                "sensor": {"lat": lat + north / SPHERE, "lon": (x + 180) % 360 - 180, "hae_m": 150},
                "attitude": {"yaw_deg": angle, "pitch_deg": random.uniform(-90, -55), "roll_deg": 0},
                "camera": {"width_px": 1920, "height_px": 1080, "hfov_deg": 50}, "ground_hae_m": 50}))
        path = os.path.join(directory, f"coverage {lat} {lon}.geojson")
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run([FLYONCE, "geo", "coverage", "-"], input="\n".join(lines), text=True, stdout=file, check=True)
        with open(path, encoding="utf-8") as file:
            said = json.load(file)["features"][0]
        read = gdal(path, faults)
        if len(read) != 1:
            faults.append(f"coverage at {lat}, {lon}: {len(read)} features")
            continue
        outline = shape(read[0]["geometry"])
        area = abs(geod.geometry_area_perimeter(outline)[0]) / 1e6
        off = area / said["properties"]["km2"] - 1
        print(f"coverage at {lat}, {lon}: {said['properties']['km2']:.6f} km², its outline {100 * off:+.3f} % by PROJ, "
              f"{outline.geom_type} of {sum(len(part.interiors) for part in getattr(outline, 'geoms', [outline]))} holes")
        if abs(off) > 0.01 or not outline.is_valid:
            faults.append(f"coverage at {lat}, {lon}: {100 * off:+.3f} %, sound: {outline.is_valid}")
    return faults


def fetch(gateway, address):
    connection = http.client.HTTPConnection("flyonce.local", timeout=30)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.connect(os.path.join(gateway.state, "control.sock"))
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status} {body[:300]}")
    return body


def findings(directory, flight):
    faults = []
    if not flight:
        subprocess.run([FLYONCE, "simulate", "town", "--output", os.path.join(directory, "town")], check=True, capture_output=True)
        flight = os.path.join(directory, "town", "flight.ts")
    gateway = Gateway(directory, os.path.abspath(flight), Platform(directory))
    gateway.start()
    wait_until(gateway.is_settled, 240, "the flight was not read to its end")
    read = {}
    for name, address in (
            ("findings.geojson", "/v1/findings?limit=1000"), ("coverage.geojson", "/v1/coverage"),
            ("reflights.geojson", "/v1/reflights?limit=1000&format=geojson"), ("reflights.kml", "/v1/reflights?limit=1000&format=kml")):
        path = os.path.join(directory, name)
        with open(path, "wb") as file:
            file.write(fetch(gateway, address))
        features = gdal(path, faults)
        print(f"{name}: {len(features)} features by GDAL")
        read[name] = features
        if name.endswith(".geojson"):
            with open(path, encoding="utf-8") as file:
                written = json.load(file)["features"]
            if len(features) != len(written):
                faults.append(f"{name}: {len(features)} features by GDAL, {len(written)} written")
            for feature, other in zip(features, written):
                if not shape(feature["geometry"]).equals_exact(shape(other["geometry"]), 1e-7):
                    faults.append(f"{name}: {feature['geometry']} for {other['geometry']}")
    gateway.stop()
    if not read["findings.geojson"] or not read["coverage.geojson"]:
        faults.append("no findings, or no coverage, to look at")
    places = [sorted(tuple(round(x, 6) for x in feature["geometry"]["coordinates"][:2]) for feature in read[name] if feature["geometry"]["type"] == "Point")
              for name in ("reflights.geojson", "reflights.kml")]
    if places[0] != places[1]:
        faults.append(f"KML has other places than GeoJSON: {places}")
    return faults


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--places", type=int, default=4_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--flight")
    options = arguments.parse_args()
    random = np.random.default_rng(options.seed)
    faults = coordinates(random, options.places)
    if shutil.which("ogrinfo") is None:
        faults.append("ogrinfo and ogr2ogr (gdal-bin) are not installed: no file was looked at")
    else:
        directory = scratch("gdal")
        faults += coverage(random, directory)
        faults += findings(directory, options.flight)
    for fault in faults[:20]:
        print(fault)
    if faults:
        sys.exit(f"{len(faults)} faults")


if __name__ == "__main__":
    main()
