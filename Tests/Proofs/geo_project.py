#!/usr/bin/env python3
"""`flyonce geo project` against another reckoning: pymap3d for the globe, numpy for the camera and for the ground.

    geo_project.py [--poses 10000] [--rays 1500] [--seed 1]

    level ground   random poses anywhere on earth, the poles and 180° among them, aircraft 30 m to 6 km above the ground, any
                   attitude: the places lie within 1 cm, the slant ranges too, and what meets nothing meets nothing in both
    terrain        rays over a rough country that is an SRTM tile, and over one that GDAL wrote as a float32 GeoTIFF with a
                   hole: `--dem` meets the ground within 0.5 m of a march in steps of 0.25 m (1 mm over crests) with bisection, misses what it
                   misses, and is never short of a ridge that the march met

Exits 1 when a goal is missed and says which.
"""
import argparse
import json
import os
import subprocess
import sys

import numpy as np
import pymap3d

from gateway import BINARIES, scratch

FLYONCE = os.path.join(BINARIES, "flyonce")
A, B = 6378137.0, 6378137.0 * (1 - 1 / 298.257223563)
#: Metres that the terrain ray is followed by the march; the poses are such that the ground is met or missed within.
REACH = 4000.0


def rotations(yaw, pitch, roll):
    """From camera-forward axes to north, east, down: Z-Y-X."""
    (cy, cp, cr), (sy, sp, sr) = (np.cos(np.radians([yaw, pitch, roll])), np.sin(np.radians([yaw, pitch, roll])))
    return np.array([
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr]]).transpose(2, 0, 1)


def rays(poses):
    """Origins and unit directions, earth-centred."""
    p = {name: np.array([pose[name] for pose in poses]) for name in poses[0]}
    x = (p["u"] - p["width"] / 2) / (p["width"] / 2 / np.tan(np.radians(p["hfov"] / 2)))
    y = (p["v"] - p["height"] / 2) / (p["height"] / 2 / np.tan(np.radians(p["vfov"] / 2)))
    body = np.stack([np.ones_like(x), x, y], axis=1)
    body /= np.linalg.norm(body, axis=1, keepdims=True)
    ned = np.einsum("nij,nj->ni", rotations(p["yaw"], p["pitch"], p["roll"]), body)
    origin = np.stack(pymap3d.geodetic2ecef(p["lat"], p["lon"], p["hae"]), axis=1)
    direction = np.stack(pymap3d.enu2uvw(ned[:, 1], ned[:, 0], -ned[:, 2], p["lat"], p["lon"]), axis=1)
    return origin, direction, ned


def heights(points):
    return np.asarray(pymap3d.ecef2geodetic(points[..., 0], points[..., 1], points[..., 2]))


def on_level_ground(origin, direction, ground):
    """Ranges to the surface of constant height, NaN for none: the inflated ellipsoid, then secants on the true height."""
    axes = np.stack([A + ground, A + ground, B + ground], axis=1)
    p, q = origin / axes, direction / axes
    b, a, c = (p * q).sum(1), (q * q).sum(1), (p * p).sum(1) - 1
    with np.errstate(invalid="ignore"):
        t = (-b - np.sqrt(b * b - a * c)) / a
    t[t <= 0] = np.nan
    for _ in range(8):
        _, _, h = heights(origin + t[:, None] * direction)
        _, _, nearer = heights(origin + (t - 1)[:, None] * direction)
        t = t - (h - ground) / (h - nearer)
    return t


def ask(poses, options=()):
    lines = [json.dumps({
        "sensor": {"lat": pose["lat"], "lon": pose["lon"], "hae_m": pose["hae"]},
        "attitude": {"yaw_deg": pose["yaw"], "pitch_deg": pose["pitch"], "roll_deg": pose["roll"]},
        "camera": {"width_px": pose["width"], "height_px": pose["height"], "hfov_deg": pose["hfov"], "vfov_deg": pose["vfov"]},
        "pixel": {"u": pose["u"], "v": pose["v"]}, **({"ground_hae_m": pose["ground"]} if "ground" in pose else {})})
        for pose in poses]
    answer = subprocess.run([FLYONCE, "geo", "project", *options], input="\n".join(lines), capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(answer.stderr)
    answers = [json.loads(line) for line in answer.stdout.splitlines()]
    if len(answers) != len(poses):
        raise SystemExit(f"{len(answers)} answers to {len(poses)} poses")
    return answers


def camera(random):
    width, height = random.choice([(1280, 720), (1920, 1080), (3840, 2160), (4000, 3000), (640, 512)])
    hfov = random.uniform(2, 90)
    vfov = np.degrees(2 * np.arctan(np.tan(np.radians(hfov / 2)) * height / width))
    return {"width": int(width), "height": int(height), "hfov": hfov, "vfov": float(vfov), "u": random.uniform(0, width),
            "v": random.uniform(0, height)}


def apart(answers, points):
    at = np.stack(pymap3d.geodetic2ecef(*(np.array([answer[name] for answer in answers]) for name in ("lat", "lon", "hae_m"))), axis=1)
    return np.linalg.norm(at - points, axis=1)


def level(random, count):
    poses = []
    for number in range(count):
        lat, lon = np.degrees(np.arcsin(random.uniform(-1, 1))), random.uniform(-180, 180)
        if number % 20 == 0:
            lat = random.choice([-1, 1]) * (90 - 10 ** random.uniform(-7, 0))
        if number % 20 == 1:
            lon = random.choice([-1, 1]) * (180 - 10 ** random.uniform(-7, -1))
        ground = random.uniform(-400, 5000)
        poses.append({
            "lat": float(lat), "lon": float(lon), "ground": ground, "hae": ground + 10 ** random.uniform(1.5, 3.8),
            "yaw": random.uniform(0, 360), "pitch": random.uniform(-90, 5), "roll": random.uniform(-30, 30), **camera(random)})
    origin, direction, ned = rays(poses)
    ranges = on_level_ground(origin, direction, np.array([pose["ground"] for pose in poses]))
    answers = ask(poses)
    met = np.array(["lat" in answer for answer in answers])
    expected = np.isfinite(ranges)
    refusals = sorted({answer["error"] for answer in answers if "error" in answer})
    picked = np.flatnonzero(met & expected)
    off = apart([answers[i] for i in picked], (origin + ranges[:, None] * direction)[picked])
    ranges_off = np.abs(np.array([answers[i]["slant_range_m"] for i in picked]) - ranges[picked])
    depression = np.degrees(np.arcsin(ned[:, 2]))
    print(f"level ground: {count} poses, {len(picked)} places (to {ranges[picked].max() / 1000:.0f} km, to {depression[picked].min():.2f}° below the horizontal), "
          f"worst {off.max() * 1000:.4f} mm, range {ranges_off.max() * 1000:.4f} mm; {(~met).sum()} meet nothing: {', '.join(refusals)}")
    faults = []
    if (met != expected).any():
        odd = int(np.flatnonzero(met != expected)[0])
        faults.append(f"level ground: {(met != expected).sum()} of {count} meet the ground in one reckoning alone, such as {poses[odd]}: {answers[odd]}")
    if not len(picked) > count / 2:
        faults.append("level ground: too few poses meet it to prove anything")
    if off.max() > 0.01 or ranges_off.max() > 0.01:
        faults.append(f"level ground: {max(off.max(), ranges_off.max())} m apart")
    return faults


def country(random, rows, columns, least, most):
    """Heights of hills on hills, with a few walls one sample wide."""
    y, x = np.mgrid[0:rows, 0:columns]
    h = np.zeros((rows, columns))
    for octave in range(1, 9):
        for _ in range(3):
            kx, ky, phase = random.normal(0, 2 ** octave, 3)
            h += np.sin(2 * np.pi * (kx * x / columns + ky * y / rows) + phase) / 1.6 ** octave
    h = least + (h - h.min()) / (h.max() - h.min()) * (most - least)
    for _ in range(30):
        row = random.integers(1, rows - 1)
        h[row, :] += random.uniform(20, 80)
    return h


class Surface:
    """Bilinear heights between samples; NaN outside and by a hole."""

    def __init__(self, samples, north, west, step):
        self.samples, self.north, self.west, self.step = samples, north, west, step

    def height(self, lat, lon):
        rows, columns = self.samples.shape
        y, x = (self.north - lat) / self.step, (lon - self.west) / self.step
        with np.errstate(invalid="ignore"):
            i, j = np.clip(np.floor(y), 0, rows - 2).astype(int), np.clip(np.floor(x), 0, columns - 2).astype(int)
        fy, fx = y - i, x - j
        s = self.samples
        h = (s[i, j] * (1 - fy) * (1 - fx) + s[i, j + 1] * (1 - fy) * fx + s[i + 1, j] * fy * (1 - fx) + s[i + 1, j + 1] * fy * fx)
        return np.where((y < 0) | (x < 0) | (y > rows - 1) | (x > columns - 1), np.nan, h)

    def clearance(self, origin, direction, t):
        lat, lon, h = heights(origin + t[..., None] * direction)
        return h - self.height(lat, lon)

    def march(self, origin, direction, step=0.25):
        """The first range at which the ray is on the ground, None for none, and how far it stays above what could stand in a hole
        that it passes before: slopes of 45° from the hole's rim, the march's own reading of docs/terrain.md. NaN without a hole."""
        t = np.arange(0, REACH, step)
        clear = self.clearance(origin, direction, t)
        # Crests that it may touch between two steps.
        with np.errstate(invalid="ignore"):
            low = 1 + np.flatnonzero((clear[1:-1] > 0) & (clear[1:-1] < 0.05) & (clear[1:-1] <= clear[:-2]) & (clear[1:-1] <= clear[2:]))
        for crest in low:
            t = np.concatenate([t, t[crest] + np.arange(-step, step, 0.001)])
        if len(low):
            t = np.unique(t)
            clear = self.clearance(origin, direction, t)
        stop = np.flatnonzero(clear <= 0)
        end = stop[0] if len(stop) else len(t)
        over = np.flatnonzero(np.isnan(clear[:end]))
        spare = self.spare(origin + t[over][:, None] * direction) if len(over) else np.nan
        if not len(stop):
            return None, spare
        low, high = t[end - 1], t[end]
        for _ in range(40):
            middle = (low + high) / 2
            if self.clearance(origin, direction, np.array(middle)) > 0:
                low = middle
            else:
                high = middle
        return high, spare

    def spare(self, points):
        lat, lon, h = heights(points)
        hole = np.isnan(self.samples)
        near = np.zeros_like(hole)
        for rows in (-1, 0, 1):
            for columns in (-1, 0, 1):
                near |= np.roll(hole, (rows, columns), (0, 1))
        i, j = np.nonzero(near & ~hole)
        north = (self.north - i * self.step - lat[:, None]) * 110_850
        east = (self.west + j * self.step - lon[:, None]) * 111_320 * np.cos(np.radians(lat[:, None]))
        return float((h - (self.samples[i, j] + np.hypot(north, east)).min(1)).min())


def srtm(random, folder):
    samples = np.rint(country(random, 1201, 1201, 60, 900)).astype(np.int16)
    samples.astype(">i2").tofile(os.path.join(folder, "N28E118.hgt"))
    return Surface(samples.astype(float), 29.0, 118.0, 1 / 1200), (28.1, 28.9, 118.1, 118.9)


def geotiff(random, folder):
    """In tiles, packed, the float predictor, centres of samples on quarters of a step: GDAL writes what we only read."""
    rows, columns, step = 900, 1100, 1 / 3600
    samples = country(random, rows, columns, 3200, 4100).astype(np.float32)
    samples[400:410, 500:515] = -9999
    raw = os.path.join(folder, "raw.bil")
    samples.tofile(raw)
    with open(os.path.join(folder, "raw.hdr"), "w", encoding="ascii") as file:
        file.write(f"ENVI\nsamples = {columns}\nlines = {rows}\nbands = 1\ndata type = 4\ninterleave = bil\nbyte order = 0\n")
    west, north = 100.1 + step / 4, 30.35 - step / 4
    edges = [west - step / 2, north + step / 2, west + (columns - 0.5) * step, north - (rows - 0.5) * step]
    subprocess.run(
        ["gdal_translate", "-q", "-a_srs", "EPSG:4326", "-a_ullr", *(f"{edge:.15f}" for edge in edges), "-a_nodata", "-9999", "-co", "TILED=YES", "-co",
         "COMPRESS=DEFLATE", "-co", "PREDICTOR=3", raw, os.path.join(folder, "country.tif")], check=True)
    for name in os.listdir(folder):
        if name.startswith("raw"):
            os.remove(os.path.join(folder, name))
    heights = samples.astype(float)
    heights[samples == -9999] = np.nan
    # Away from the edges by more than a ray reaches.
    return Surface(heights, north, west, step), (30.15, 30.30, 100.15, 100.35)


def terrain(random, make, name, count):
    folder = scratch("terrain")
    surface, (south, north, west, east) = make(random, folder)
    hole = np.argwhere(np.isnan(surface.samples)).mean(0) if np.isnan(surface.samples).any() else None
    poses = []
    while len(poses) < count:
        lat, lon, yaw = random.uniform(south, north), random.uniform(west, east), random.uniform(0, 360)
        if hole is not None and len(poses) % 8 == 0:
            # From around the hole towards it.
            distance = random.uniform(0.003, 0.012)
            lat = surface.north - hole[0] * surface.step - distance * np.cos(np.radians(yaw))
            lon = surface.west + hole[1] * surface.step - distance * np.sin(np.radians(yaw)) / np.cos(np.radians(lat))
        ground = float(surface.height(np.array(lat), np.array(lon)))
        if np.isnan(ground):
            continue
        poses.append({
            "lat": float(lat), "lon": float(lon), "hae": ground + 10 ** random.uniform(1.2, 2.8), "yaw": yaw,
            "pitch": float(random.choice([random.uniform(-90, -5), random.uniform(-20, 3)])), "roll": random.uniform(-5, 5), **camera(random)})
    origin, direction, ned = rays(poses)
    answers = ask(poses, ["--dem", folder, "--dem-heights", "ellipsoid"])
    worst, met, missed, holes, beyond, faults = 0.0, 0, 0, 0, 0, []
    for number, (pose, answer) in enumerate(zip(poses, answers)):
        at, spare = surface.march(origin[number], direction[number])
        said = answer.get("slant_range_m")
        if said is not None and spare < -1:
            faults.append(f"{name}: {pose} may end in a hole, not at {answer}")
        if said is None and not np.isnan(spare):
            holes += 1
            # A ray that goes up, and may end in a hole alone, is above the horizon.
            says = "above_horizon" if ned[number, 2] < 0 else "no data"
            if says not in answer["error"] and at is not None:
                faults.append(f"{name}: {pose} passes a hole: {answer}")
        elif at is None:
            # The command follows a ray for 50 km; the march has shown that it is clear for its length.
            missed += 1
            if said is not None:
                beyond += 1
                if said < REACH - 0.5:
                    faults.append(f"{name}: {pose} meets nothing, not {answer}")
        elif said is None:
            faults.append(f"{name}: {pose} meets the ground at {at} m: {answer}")
        else:
            met += 1
            off = float(apart([answer], (origin[number] + at * direction[number])[None])[0])
            worst = max(worst, off)
            if off > 0.5 or answer["method"] != "ray_terrain":
                faults.append(f"{name}: {off:.3f} m off at {at:.1f} m: {pose}: {answer}")
    print(f"{name}: {count} rays, {met} meet the ground, worst {worst:.6f} m; {missed} meet nothing within {REACH:.0f} m ({beyond} farther off); {holes} may end in a hole")
    if met < count / 2:
        faults.append(f"{name}: too few rays meet it to prove anything")
    return faults


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--poses", type=int, default=10_000)
    arguments.add_argument("--rays", type=int, default=1_500)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    random = np.random.default_rng(options.seed)
    faults = level(random, options.poses)
    faults += terrain(random, srtm, "SRTM tile", options.rays)
    faults += terrain(random, geotiff, "float32 GeoTIFF", options.rays)
    for fault in faults[:20]:
        print(fault)
    if faults:
        sys.exit(f"{len(faults)} faults")


if __name__ == "__main__":
    main()
