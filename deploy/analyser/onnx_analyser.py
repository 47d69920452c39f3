#!/usr/bin/env python3
"""Runs a detection model of your own (ONNX) over the frames that FlyOnce hands out, and answers with its boxes.

    pip install -r requirements.txt
    onnx_analyser.py --model yolo.onnx --labels labels.txt

In flyonce.yaml, under the source: analyser: {command: [/opt/analyser/onnx_analyser.py, --model, …, --labels, …], width: 640}
Set `width` to the side of the model's input: the pictures then need no second scaling. docs/analyser.md says more.
"""
import argparse
import ast
import os
import sys
import time

import flyonce_analyser

try:
    import numpy as np
    import onnxruntime
except ImportError as error:
    sys.exit(f"{error}: pip install -r {os.path.join(os.path.dirname(os.path.abspath(__file__)), 'requirements.txt')}")

TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


def arguments():
    parser = argparse.ArgumentParser(description="An ONNX detection model as an analyser of FlyOnce.")
    parser.add_argument("--model", required=True, help="the .onnx file")
    parser.add_argument("--labels", help="text file, a label a line; left out: the `names` that Ultralytics writes into the model")
    parser.add_argument("--output", choices=["auto", "yolov8", "yolov5", "boxes"], default="auto",
                        help="form of the model's first output: yolov8 [1, 4+classes, n], yolov5 [1, n, 5+classes], boxes [n, 6] or [1, n, 6]")
    parser.add_argument("--size", type=int, help="side of the input, for models that leave it open (default 640)")
    parser.add_argument("--confidence", type=float, default=0.25, help="least confidence (default 0.25)")
    parser.add_argument("--iou", type=float, default=0.45, help="overlap from which two boxes of a label are one (default 0.45)")
    parser.add_argument("--most", type=int, default=300, help="most objects of a frame (default 300)")
    parser.add_argument("--scale", type=float, default=1 / 255, help="pixels are multiplied by it (default 1/255)")
    parser.add_argument("--bgr", action="store_true", help="the model wants blue first")
    parser.add_argument("--providers", default="CPUExecutionProvider", help="of ONNX Runtime, comma-separated, best first")
    parser.add_argument("--threads", type=int, default=0, help="of one inference; 0 lets ONNX Runtime choose")
    return parser.parse_args()


class Model:
    def __init__(self, options):
        self.options = options
        if not os.path.isfile(options.model):
            sys.exit(f"no model at {options.model}")
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        wanted = options.providers.split(",")
        missing = [name for name in wanted if name not in onnxruntime.get_available_providers()]
        if missing:
            sys.exit(f"this onnxruntime has no {', '.join(missing)}; it has {', '.join(onnxruntime.get_available_providers())}")
        try:
            self.session = onnxruntime.InferenceSession(options.model, settings, providers=wanted)
        except Exception as error:
            sys.exit(f"{options.model} cannot be loaded: {error}")
        self.input = self.session.get_inputs()[0]
        if self.input.type not in TYPES:
            sys.exit(f"{options.model} wants {self.input.type}; understood are {', '.join(TYPES)}")
        shape = self.input.shape
        if len(shape) != 4 or (shape[1] != 3 and shape[3] != 3):
            sys.exit(f"{options.model} wants {shape}, which is neither [1, 3, height, width] nor [1, height, width, 3]")
        self.channels_last = shape[1] != 3
        rows, columns = shape[1:3] if self.channels_last else shape[2:4]
        side = options.size or 640
        self.height = rows if isinstance(rows, int) else side
        self.width = columns if isinstance(columns, int) else side
        self.labels = self.read_labels()

    def read_labels(self):
        if self.options.labels:
            try:
                with open(self.options.labels, encoding="utf-8") as file:
                    labels = [line.strip() for line in file if line.strip()]
            except OSError as error:
                sys.exit(f"the labels cannot be read: {error}")
        else:
            names = self.session.get_modelmeta().custom_metadata_map.get("names")
            if not names:
                sys.exit(f"{self.options.model} names no labels: give --labels, a text file with a label a line")
            names = ast.literal_eval(names)
            labels = [names[key] for key in sorted(names)] if isinstance(names, dict) else list(names)
        if not labels:
            sys.exit("there are no labels")
        return labels

    def tensor(self, picture):
        """The picture in the middle of the model's input on grey; and how to get from there back to shares."""
        height, width = picture.shape[:2]
        scale = min(self.width / width, self.height / height)
        columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
        left, top = (self.width - columns) // 2, (self.height - rows) // 2
        canvas = np.full((self.height, self.width, 3), 114, dtype=np.uint8)
        canvas[top : top + rows, left : left + columns] = resized(picture, columns, rows)
        if self.options.bgr:
            canvas = canvas[:, :, ::-1]
        kind = TYPES[self.input.type]
        tensor = canvas if kind == np.uint8 else (canvas.astype(np.float32) * self.options.scale).astype(kind)
        if not self.channels_last:
            tensor = tensor.transpose(2, 0, 1)
        return np.ascontiguousarray(tensor[None]), (left, top, columns, rows)

    def run(self, picture):
        tensor, (left, top, columns, rows) = self.tensor(picture)
        output = self.session.run(None, {self.input.name: tensor})[0]
        boxes, scores, classes = decoded(output.astype(np.float32), self.layout(output.shape), self.options.confidence)
        objects = []
        for index in suppressed(boxes, scores, classes, self.options.iou, self.options.most):
            x1, y1, x2, y2 = boxes[index]
            box = [(x1 - left) / columns, (y1 - top) / rows, (x2 - left) / columns, (y2 - top) / rows]
            box = [min(max(float(share), 0.0), 1.0) for share in box]
            if box[2] <= box[0] or box[3] <= box[1]:
                continue
            kind = int(classes[index])
            objects.append({
                "label": self.labels[kind] if 0 <= kind < len(self.labels) else f"class_{kind}",
                "confidence": round(min(max(float(scores[index]), 0.0), 1.0), 4),
                "box": [round(share, 5) for share in box],
            })
        return objects

    def layout(self, shape):
        """What the output's numbers mean. Two forms can have one shape: then the operator has to say."""
        if self.options.output != "auto":
            return self.options.output
        count = len(self.labels)
        fits = []
        if len(shape) == 3 and shape[1] == 4 + count:
            fits.append("yolov8")
        if len(shape) == 3 and shape[2] == 5 + count:
            fits.append("yolov5")
        if len(shape) in (2, 3) and shape[-1] == 6:
            fits.append("boxes")
        if len(fits) == 1:
            return fits[0]
        sys.exit(
            f"the model's output has the shape {list(shape)} and there are {count} labels: "
            + (f"it may be {' or '.join(fits)}; say which with --output" if fits else
               "that is none of yolov8 [1, 4+labels, n], yolov5 [1, n, 5+labels], boxes [n, 6]; check the labels, or say --output"))


def resized(picture, columns, rows):
    """Bilinear, by pixel centres."""
    height, width = picture.shape[:2]
    if (width, height) == (columns, rows):
        return picture
    y = np.clip((np.arange(rows) + 0.5) * height / rows - 0.5, 0, height - 1)
    x = np.clip((np.arange(columns) + 0.5) * width / columns - 0.5, 0, width - 1)
    y0, x0 = y.astype(int), x.astype(int)
    y1, x1 = np.minimum(y0 + 1, height - 1), np.minimum(x0 + 1, width - 1)
    fy, fx = (y - y0)[:, None, None].astype(np.float32), (x - x0)[None, :, None].astype(np.float32)
    upper = picture[y0][:, x0] * (1 - fx) + picture[y0][:, x1] * fx
    lower = picture[y1][:, x0] * (1 - fx) + picture[y1][:, x1] * fx
    return (upper * (1 - fy) + lower * fy + 0.5).astype(np.uint8)


def decoded(output, layout, least):
    """Boxes (left, top, right, bottom in pixels of the model's input), scores, classes of what is sure enough."""
    if layout == "boxes":
        rows = output.reshape(-1, output.shape[-1])
        if rows.shape[1] != 6:
            sys.exit(f"--output boxes wants rows of 6 (left, top, right, bottom, score, class), not {rows.shape[1]}")
        rows = rows[rows[:, 4] >= least]
        return rows[:, :4], rows[:, 4], rows[:, 5]
    rows = output[0].T if layout == "yolov8" else output[0]
    scores = rows[:, 4:] if layout == "yolov8" else rows[:, 5:] * rows[:, 4:5]
    if scores.shape[1] == 0:
        sys.exit(f"the model's output {list(output.shape)} has no classes as {layout}")
    classes = scores.argmax(axis=1)
    best = scores[np.arange(len(classes)), classes]
    keep = best >= least
    x, y, w, h = rows[keep, :4].T
    return np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=1), best[keep], classes[keep]


def suppressed(boxes, scores, classes, overlap, most):
    """Indices of the boxes that stay: of boxes of one class that cover one another, the surest."""
    order = np.argsort(-scores)[: 10 * most]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept = []
    while len(order) and len(kept) < most:
        first, rest = order[0], order[1:]
        kept.append(int(first))
        corner = np.maximum(boxes[first, :2], boxes[rest, :2])
        other = np.minimum(boxes[first, 2:], boxes[rest, 2:])
        common = np.clip(other - corner, 0, None).prod(axis=1)
        union = areas[first] + areas[rest] - common
        order = rest[(common <= overlap * np.maximum(union, 1e-9)) | (classes[rest] != classes[first])]
    return kept


def main():
    options = arguments()
    gateway = flyonce_analyser.Gateway()
    model = Model(options)
    # The first run of a model is slow, and shows whether its output is understood.
    model.run(np.zeros((model.height, model.width, 3), dtype=np.uint8))
    started = time.monotonic()
    model.run(np.zeros((model.height, model.width, 3), dtype=np.uint8))
    print(f"{os.path.basename(options.model)}: {model.width}x{model.height}, {len(model.labels)} labels, "
          f"{(time.monotonic() - started) * 1000:.0f} ms a frame", file=sys.stderr, flush=True)
    gateway.hello(os.path.basename(options.model), f"onnxruntime {onnxruntime.__version__}", model.labels)
    for frame in gateway.frames():
        gateway.answer(frame, model.run(frame.array()))


if __name__ == "__main__":
    main()
