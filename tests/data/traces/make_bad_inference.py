"""Writes bad_inference/*.h5, one broken rule a file (tests/unit/traces/inference_trace_test.cpp
says what the reader answers). They are committed; run this with python3-h5py to make them anew."""
import os

import h5py
import numpy as np

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bad_inference")
labels = np.array([0, 1, 2, 1], "i4")
logits = np.array([[3, 1, 0], [0, 2, 1], [1, 0, 2], [2, 1, 0]], "f4")  # right, right, right, wrong


def trace(name, layout="v108"):
    f = h5py.File(os.path.join(here, name + ".h5"), "w", libver=(layout, "v108"))
    f.attrs.update({"format": "updraft-inference", "version": 1, "dataset": "toy", "classes": 3})
    for split in ("calibration", "test"):
        s = f.create_group(split)
        s["label"] = labels
        e = s.create_group("edge/plain")
        e.attrs.update({"macs": 1000, "params": 10, "weight_bytes": 40})
        e["logits"] = logits
        e["scores/q"] = np.array([0.9, 0.8, 0.7, 0.1], "f4")
        o = s.create_group("offload/full")
        o.attrs.update({"payload_bytes": 3072, "reply_bytes": 16, "cloud_macs": 40000})
        o["logits"] = logits
    return f


def replace(group, name, data, **how):
    del group[name]
    group.create_dataset(name, data=data, **how)


def broken(name):
    """The function below it is handed a good trace to break."""
    def write(damage):
        with trace(name) as f:
            damage(f)
        return damage
    return write


@broken("wrong_format")
def _(f): f.attrs["format"] = "updraft-channel"
@broken("wrong_version")
def _(f): f.attrs["version"] = 2
@broken("no_format")
def _(f): del f.attrs["format"]
@broken("no_dataset_name")
def _(f): del f.attrs["dataset"]
@broken("classes_negative")
def _(f): f.attrs["classes"] = -3
@broken("task_unknown")
def _(f): f.attrs["task"] = "clasification"
@broken("split_unknown")
def _(f): f.move("test", "tests")
@broken("no_split")
def _(f): del f["test"], f["calibration"]
@broken("split_is_dataset")
def _(f):
    del f["test"]
    f["test"] = labels
@broken("no_label")
def _(f): del f["test/label"]
@broken("no_rows")
def _(f):
    replace(f["test"], "label", labels[:0])
@broken("label_float")
def _(f): replace(f["test"], "label", labels.astype("f4"))
@broken("label_two_columns")
def _(f): replace(f["test"], "label", np.stack([labels, labels], 1))
@broken("label_out_of_range")
def _(f): f["test/label"][2] = 3
@broken("label_too_large")
def _(f): replace(f["test"], "label", np.array([0, 1, 2**63 + 5, 1], "u8"))
@broken("no_stage_no_variant")
def _(f): del f["test/edge/plain"], f["test/offload/full"]
@broken("no_answers")
def _(f): del f["test/edge/plain/logits"]
@broken("logits_too_few_columns")
def _(f): replace(f["test/edge/plain"], "logits", logits[:, :2])
@broken("logits_too_few_rows")
def _(f): replace(f["test/edge/plain"], "logits", logits[:3])
@broken("logits_text")
def _(f): replace(f["test/edge/plain"], "logits", np.full((4, 3), b"0.5"))
@broken("logits_nan")
def _(f):
    f["test/edge/plain/logits"][1, 2] = np.nan
    f["test/edge/plain/logits"][3] = np.inf
@broken("logits_too_large_for_f32")
def _(f): replace(f["test/edge/plain"], "logits", logits.astype("f8") * 1e300)
@broken("logits_is_group")
def _(f):
    del f["test/edge/plain/logits"]
    f.create_group("test/edge/plain/logits")
@broken("correct_not_0_or_1")
def _(f): f["test/edge/plain/correct"] = np.array([1, 1, 2, 0], "u1")
@broken("correct_against_logits")
def _(f): f["test/edge/plain/correct"] = np.array([1, 0, 1, 0], "u1")
@broken("score_nan")
def _(f): f["test/edge/plain/scores/q"][0] = np.nan
@broken("score_too_short")
def _(f): replace(f["test/edge/plain/scores"], "q", np.ones(3, "f4"))
@broken("scores_differ")
def _(f): f.move("test/edge/plain/scores/q", "test/edge/plain/scores/r")
@broken("stages_differ")
def _(f): f.move("test/edge/plain", "test/edge/small")
@broken("variants_differ")
def _(f): f.copy("test/offload/full", "test/offload/half")
@broken("no_macs")
def _(f): del f["test/edge/plain"].attrs["macs"]
@broken("macs_negative")
def _(f): f["test/edge/plain"].attrs["macs"] = -1000
@broken("macs_text")
def _(f): f["test/edge/plain"].attrs["macs"] = "1000"
@broken("macs_too_large")
def _(f): f["test/edge/plain"].attrs["macs"] = 1e300
@broken("params_fraction")
def _(f): f["test/edge/plain"].attrs["params"] = 10.5
@broken("no_payload")
def _(f): del f["test/offload/full"].attrs["payload_bytes"]
@broken("bytes_negative")
def _(f): f["test/offload/full/bytes"] = np.array([1, 2, -3, 4], "i8")
@broken("bytes_too_large")
def _(f): f["test/offload/full/bytes"] = np.array([1, 2, 3, 2**32], "i8")
@broken("unknown_member")
def _(f): f.move("test/edge/plain/scores", "test/edge/plain/score")
@broken("dangling_link")
def _(f):
    del f["test/edge/plain"]
    f["test/edge/plain"] = h5py.SoftLink("/nowhere")
@broken("name_not_utf8")
def _(f):
    edge = f["test/edge"]
    edge[b"pl\xff\xfein"] = edge["plain"]
    del edge["plain"]
@broken("many_mistakes")
def _(f):
    f["test/label"][0] = -1
    replace(f["test/edge/plain"], "logits", logits[:, :2])
    del f["test/offload/full"].attrs["cloud_macs"]
@broken("claims_too_many_rows")
def _(f):
    del f["test/label"]
    f["test"].create_dataset("label", (2_000_000_000,), "i4", chunks=(1024,))
@broken("claims_more_than_stored")
def _(f):
    del f["test/label"]
    f["test"].create_dataset("label", (500_000_000,), "i4", chunks=(1024,))
@broken("compressed_by_lzf")
def _(f): replace(f["test/edge/plain"], "logits", logits, compression="lzf")


with trace("truncated") as f:
    pass
path = os.path.join(here, "truncated.h5")
whole = open(path, "rb").read()
open(path, "wb").write(whole[: len(whole) // 2])
flipped = whole.replace(b"OHDR", b"OHDS").replace(b"OHDS", b"OHDR", 1)  # all objects but the root
open(os.path.join(here, "damaged_inside.h5"), "wb").write(flipped)
with trace("damaged", "earliest") as f:
    pass
path = os.path.join(here, "damaged.h5")
flipped = open(path, "rb").read().replace(b"TREE", b"TRED", 1)  # the root's list of members
open(path, "wb").write(flipped)
open(os.path.join(here, "not_hdf5.h5"), "w").write("These are not the bytes of an HDF5 file.\n")
open(os.path.join(here, "empty.h5"), "w").close()
