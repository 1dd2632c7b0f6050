"""Writing graphs with 16-bit weights, and reading the weights back without any ONNX package.

Writing needs the `onnx` package; reading is a small protobuf reader, so that the tests need none.
"""

import inspect
import struct
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import torch

from .architectures.segnet import SegNet
from .graphs import Graph

OPSET = 16
FLOAT, INT64, HALF = 1, 7, 10
SMALLEST_PACKED = 16


def _max_pool_with_indices(g: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: Any) -> Any:
    return g.op("MaxPool", x, kernel_shape_i=[2, 2], strides_i=[2, 2], outputs=2)


def _max_unpool(g: Any, x: Any, indices: Any, size: Any) -> Any:
    return g.op("MaxUnpool", x, indices, kernel_shape_i=[2, 2], strides_i=[2, 2])


def write_graph(graph: Graph, path: Path) -> None:
    """Export at opset 16 with the parameters' own names, dynamic in the batch only, then pack to 16 bits."""
    unpooling = {"aten::max_pool2d_with_indices": _max_pool_with_indices, "aten::max_unpool2d": _max_unpool}
    segnet = type(graph.module) is SegNet  # its graph for WebGPU, SegNetMask, needs no unpooling
    if segnet:
        for name, symbolic in unpooling.items():
            torch.onnx.register_custom_op_symbolic(name, symbolic, OPSET)
    newer = "dynamo" in inspect.signature(torch.onnx.export).parameters
    exporter: Dict[str, Any] = {"dynamo": False} if newer else {}
    try:
        with torch.no_grad():
            torch.onnx.export(
                graph.module,
                graph.example,
                str(path),
                opset_version=OPSET,
                input_names=["input"],
                output_names=graph.outputs,
                dynamic_axes={name: {0: "n"} for name in ["input", *graph.outputs]} if graph.dynamic else None,
                do_constant_folding=False,
                training=torch.onnx.TrainingMode.PRESERVE,
                **exporter,
            )
    finally:
        if segnet:
            for name in unpooling:
                torch.onnx.unregister_custom_op_symbolic(name, OPSET)
    pack_half(path)


def pack_half(path: Path) -> None:
    """Store 32-bit initialisers as 16-bit ones named `<name>` that a Cast widens to `<name>/f32`."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    casts: List[Any] = []
    packed: List[Any] = []
    renamed: Dict[str, str] = {}
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.size < SMALLEST_PACKED:
            packed.append(tensor)
            continue
        half = array.astype(np.float16)
        if not np.isfinite(half).all():
            raise ValueError(f"{tensor.name} does not fit in 16 bits - train it again with a smaller rate")
        packed.append(numpy_helper.from_array(half, tensor.name))
        renamed[tensor.name] = f"{tensor.name}/f32"
        casts.append(helper.make_node("Cast", [tensor.name], [renamed[tensor.name]], to=FLOAT))
    nodes = list(graph.node)
    for node in nodes:
        node.input[:] = [renamed.get(name, name) for name in node.input]
    del graph.initializer[:]
    graph.initializer.extend(packed)
    del graph.node[:]
    graph.node.extend(casts + nodes)
    model.producer_name, model.producer_version, model.doc_string = "cordon", "", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _varint(data: memoryview, position: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def _fields(data: memoryview) -> Iterator[Tuple[int, int, Any]]:
    """(field number, wire type, value) of one protobuf message."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(data, position)
            yield number, wire, value
        elif wire == 2:
            length, position = _varint(data, position)
            yield number, wire, data[position : position + length]
            position += length
        else:
            size = {1: 8, 5: 4}[wire]
            yield number, wire, data[position : position + size]
            position += size


def _tensor(data: memoryview) -> Tuple[str, np.ndarray]:
    dims: List[int] = []
    name, kind, raw = "", FLOAT, b""
    floats: List[float] = []
    for number, wire, value in _fields(data):
        if number == 1:
            packed = value if wire == 2 else None
            if packed is None:
                dims.append(value)
            else:
                position = 0
                while position < len(packed):
                    extent, position = _varint(packed, position)
                    dims.append(extent)
        elif number == 2:
            kind = value
        elif number == 4:
            floats.extend(struct.unpack(f"<{len(value) // 4}f", value))
        elif number == 8:
            name = bytes(value).decode()
        elif number == 9:
            raw = bytes(value)
    types = {FLOAT: "<f4", HALF: "<f2", INT64: "<i8"}
    array = np.frombuffer(raw, types.get(kind, "u1")) if raw else np.array(floats, np.float32)
    return name, array.reshape(dims)


def read_weights(path: Path) -> Dict[str, torch.Tensor]:
    """The floating point initialisers of an ONNX file by name, as 32-bit tensors."""
    weights: Dict[str, torch.Tensor] = {}
    for number, _, value in _fields(memoryview(path.read_bytes())):
        if number != 7:
            continue
        for field, _, content in _fields(value):
            if field == 5:
                name, array = _tensor(content)
                if array.dtype in (np.dtype("<f2"), np.dtype("<f4")):
                    weights[name] = torch.from_numpy(array.astype(np.float32))
    return weights
