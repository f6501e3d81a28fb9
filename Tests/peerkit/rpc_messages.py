"""The messages on the bus between room servers and workers, described by hand from the protocol's reference.

LiveKit's Python package has the messages of its public API only; those that servers exchange are declared here.
"""

import re

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, empty_pb2, message_factory
from livekit.protocol import egress, ingress

_FIELD = re.compile(r"(repeated )?([\w.<>, ]+?) (\w+) = (\d+)")
_SCALARS = {"string": 9, "bytes": 12, "bool": 8, "int32": 5, "int64": 3, "float": 2, "double": 1}


def _kind(field, name, package):
    if name in _SCALARS:
        field.type = _SCALARS[name]
    else:
        field.type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = "." + (name if "." in name else f"{package}.{name}")


def _add_field(message, text, package, oneof=None):
    repeated, kind, name, number = _FIELD.fullmatch(text).groups()
    field = message.field.add(name=name, number=int(number))
    if kind.startswith("map<"):
        key, value = kind[4:-1].split(", ")
        entry = message.nested_type.add(name=name.title().replace("_", "") + "Entry")
        entry.options.map_entry = True
        for number, (part, of) in enumerate((("key", key), ("value", value)), 1):
            _kind(entry.field.add(name=part, number=number, label=1), of, package)
        field.label, field.type = 3, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".{package}.{message.name}.{entry.name}"
        return
    field.label = 3 if repeated else 1
    _kind(field, kind, package)
    if oneof is not None:
        field.oneof_index = oneof


def _declare(package, dependencies, messages):
    """Classes by name. A message is a list of fields; a dictionary in it is a oneof with its fields."""
    file = descriptor_pb2.FileDescriptorProto(name=f"peerkit/{package}.proto", package=package, syntax="proto3",
                                              dependency=dependencies)
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for field in fields:
            if isinstance(field, str):
                _add_field(message, field, package)
                continue
            for oneof, arms in field.items():
                message.oneof_decl.add(name=oneof)
                for arm in arms:
                    _add_field(message, arm, package, oneof=len(message.oneof_decl) - 1)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}")) for name in messages}


_internal = _declare("internal", [any_pb2.DESCRIPTOR.name], {
    "Msg": ["string type_url = 1", "bytes value = 2", "string channel = 3"],
    "Request": ["string request_id = 1", "string client_id = 2", "int64 sent_at = 3", "int64 expiry = 4",
                "bool multi = 5", "google.protobuf.Any request = 6", "map<string, string> metadata = 7",
                "bytes raw_request = 8"],
    "Response": ["string request_id = 1", "string server_id = 2", "int64 sent_at = 3",
                 "google.protobuf.Any response = 4", "string error = 5", "string code = 6", "bytes raw_response = 7",
                 "repeated google.protobuf.Any error_details = 8"],
    "ClaimRequest": ["string request_id = 1", "string server_id = 2", "float affinity = 3"],
    "ClaimResponse": ["string request_id = 1", "string server_id = 2"],
})
Msg, Request, Response = _internal["Msg"], _internal["Request"], _internal["Response"]
ClaimRequest, ClaimResponse = _internal["ClaimRequest"], _internal["ClaimResponse"]

_rpc = _declare("rpc", [egress.DESCRIPTOR.name, ingress.DESCRIPTOR.name], {
    "StartEgressRequest": [
        "string egress_id = 1", "string room_id = 3",
        {"request": ["livekit.RoomCompositeEgressRequest room_composite = 5",
                     "livekit.TrackCompositeEgressRequest track_composite = 6", "livekit.TrackEgressRequest track = 7",
                     "livekit.WebEgressRequest web = 11", "livekit.ParticipantEgressRequest participant = 13",
                     "livekit.StartEgressRequest egress = 16", "livekit.ExportReplayRequest replay = 17"]},
        "string token = 8", "string ws_url = 9", "bool cloud_backup_enabled = 10", "double estimated_cpu = 14",
        "int32 retry_count = 15", "string room_name = 18"],
    "ListActiveEgressRequest": [],
    "ListActiveEgressResponse": ["repeated string egress_ids = 1"],
    "GetEgressRequest": ["string egress_id = 1"],
    "UpdateMetricsRequest": ["livekit.EgressInfo info = 1", "double avg_cpu_usage = 3", "double max_cpu_usage = 4"],
})
StartEgressRequest = _rpc["StartEgressRequest"]
ListActiveEgressRequest, ListActiveEgressResponse = _rpc["ListActiveEgressRequest"], _rpc["ListActiveEgressResponse"]
GetEgressRequest, UpdateMetricsRequest = _rpc["GetEgressRequest"], _rpc["UpdateMetricsRequest"]
Empty = empty_pb2.Empty

TYPES = {f"type.googleapis.com/internal.{name}": kind for name, kind in _internal.items() if name != "Msg"}
