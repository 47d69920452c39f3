"""Writes an ONNX model in the form of YOLOv8's output that finds what is as red as can be: of windows of 64 pixels, 8 apart, the
mean of red less green and blue.   red_model.py OUTPUT"""
import sys
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save
side, window, step = 640, 64, 8
cells = (side - window) // step + 1
row, column = np.meshgrid(np.arange(cells), np.arange(cells), indexing='ij')
centre = lambda cell: (cell.reshape(-1) * step + window / 2).astype(np.float32)
sides = np.full(cells * cells, window, dtype=np.float32)
boxes = np.stack([centre(column), centre(row), sides, sides])[None]
constants = {
    'colour': np.array([1, -1, -1], dtype=np.float32).reshape(1, 3, 1, 1),
    'boxes': boxes, 'flat': np.array([1, 1, cells * cells], dtype=np.int64)}
graph = helper.make_graph(
    [helper.make_node('Conv', ['images', 'colour'], ['red']),
     helper.make_node('Relu', ['red'], ['only']),
     helper.make_node('AveragePool', ['only'], ['mean'], kernel_shape=[window, window], strides=[step, step]),
     helper.make_node('Reshape', ['mean', 'flat'], ['scores']),
     helper.make_node('Concat', ['boxes', 'scores'], ['output'], axis=1)],
    'red', [helper.make_tensor_value_info('images', TensorProto.FLOAT, [1, 3, side, side])],
    [helper.make_tensor_value_info('output', TensorProto.FLOAT, [1, 5, cells * cells])],
    [numpy_helper.from_array(value, name) for name, value in constants.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
model.ir_version = 8
checker.check_model(model)
save(model, sys.argv[1])
