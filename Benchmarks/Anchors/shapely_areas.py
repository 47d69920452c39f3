"""Nanoseconds GEOS takes to say of one point which polygons hold it, and how many points some hold: shapely_areas.py FILE."""
import json
import sys
import time

import shapely
from shapely.geometry import shape

with open(sys.argv[1]) as file:
    data = json.load(file)
areas = [shape(feature["geometry"]) for feature in data["areas"]["features"]]
# Prepared, as GEOS wants areas that are asked often.
shapely.prepare(areas)
tree, points = shapely.STRtree(areas), shapely.points(data["points"])
tree.query(points[:100], predicate="within")
start = time.perf_counter_ns()
pairs = tree.query(points, predicate="within")
elapsed = time.perf_counter_ns() - start
print(elapsed / len(points), len(set(pairs[0].tolist())))
