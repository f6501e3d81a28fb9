"""Our .proto files against the descriptors of the `livekit-protocol` package.

Names, numbers, types, labels, oneofs and enum values must be equal wherever both have a message, whatever either has
alone is named here with the reason, and each half of that list must be exact.
"""

import importlib
import pathlib
import pkgutil
import shutil
import subprocess

import livekit.protocol
import pytest
from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOS = ROOT / "Sources/LiveKitProtocol/Protos"
WELL_KNOWN = [
    pathlib.Path("/usr/include"),
    ROOT / ".build/checkouts/swift-protobuf/Sources/protobuf/include",
]

# Files of LiveKit that we leave out whole.
LEFT_OUT = {
    "livekit_agent_simulation.proto": "hosted agents",
    "livekit_agentdb.proto": "hosted agents",
    "livekit_analytics.proto": "sent to LiveKit's cloud",
    "livekit_cloud_agent.proto": "hosted agents",
    "livekit_connector.proto": "telephony",
    "livekit_connector_twilio.proto": "telephony",
    "livekit_connector_whatsapp.proto": "telephony",
    "livekit_sip.proto": "telephony",
    "agent/livekit_agent_dev.proto": "hosted agents",
    "agent/livekit_agent_session.proto": "hosted agents",
    "agent/livekit_agent_text.proto": "hosted agents",
    "agent/livekit_agent_inference.proto": "hosted agents",
    "logger/options.proto": "logging options of LiveKit's own code",
}

# Files of ours that the package has nothing of: they are spoken between servers only.
BETWEEN_SERVERS = {
    "internal/internal.proto",
    "livekit_internal.proto",
    "livekit_token_source.proto",
    "rpc/agent.proto",
    "rpc/agent_dispatch.proto",
    "rpc/egress.proto",
    "rpc/ingress.proto",
    "rpc/io.proto",
    "rpc/keepalive.proto",
    "rpc/participant.proto",
    "rpc/room.proto",
    "rpc/roommanager.proto",
    "rpc/signal.proto",
    "rpc/whip_signal.proto",
}


class Types:
    """Messages, enums and services of some files, by full name, as values that compare."""

    def __init__(self, files):
        self.messages, self.enums, self.services, self.file_of = {}, {}, {}, {}
        for file in files:
            for message in file.message_type:
                self.add_message(message, file.package, file.name)
            for enum in file.enum_type:
                self.add_enum(enum, file.package, file.name)
            for service in file.service:
                name = f"{file.package}.{service.name}"
                self.file_of[name] = file.name
                self.services[name] = {
                    method.name: (method.input_type, method.output_type, method.client_streaming,
                                  method.server_streaming)
                    for method in service.method
                }

    def add_enum(self, enum, scope, file):
        name = f"{scope}.{enum.name}"
        self.file_of[name] = file
        self.enums[name] = {value.name: value.number for value in enum.value}

    def add_message(self, message, scope, file):
        name = f"{scope}.{message.name}"
        self.file_of[name] = file
        for nested in message.nested_type:
            self.add_message(nested, name, file)
        for enum in message.enum_type:
            self.add_enum(enum, name, file)
        kinds, labels = descriptor_pb2.FieldDescriptorProto.Type, descriptor_pb2.FieldDescriptorProto.Label
        self.messages[name] = {
            field.name: {
                "number": field.number,
                "type": field.type_name or kinds.Name(field.type),
                "label": labels.Name(field.label),
                "optional": field.proto3_optional,
                "oneof": message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None,
                "json_name": field.json_name or json_name(field.name),
                # What protoc does with a repeated field unless told otherwise: a difference changes the wire.
                "packed": field.options.packed if field.options.HasField("packed") else None,
            }
            for field in message.field
        }


def json_name(name):
    """What protoc derives from a field's name; descriptors compiled into Python code may leave it out."""
    head, *tail = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in tail)


@pytest.fixture(scope="session")
def ours(tmp_path_factory):
    protoc = shutil.which("protoc")
    assert protoc, "protoc not found: install Debian's protobuf-compiler"
    include = next((path for path in WELL_KNOWN if (path / "google/protobuf/timestamp.proto").is_file()), None)
    assert include, "google/protobuf/timestamp.proto not found: install Debian's libprotobuf-dev"
    output = tmp_path_factory.mktemp("descriptors") / "ours.pb"
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    assert files
    subprocess.run([protoc, f"-I{PROTOS}", f"-I{include}", f"--descriptor_set_out={output}", *files], check=True)
    return Types(descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file)


@pytest.fixture(scope="session")
def theirs():
    files = {}
    for info in pkgutil.walk_packages(livekit.protocol.__path__, "livekit.protocol."):
        descriptor = getattr(importlib.import_module(info.name), "DESCRIPTOR", None)
        if descriptor is not None:
            proto = descriptor_pb2.FileDescriptorProto()
            descriptor.CopyToProto(proto)
            files[proto.name] = proto
    assert len(files) > 10, f"descriptors found in livekit-protocol: {sorted(files)}"
    return Types(files.values())


def differences(ours, theirs):
    return {
        name: {part: (ours[name].get(part), theirs[name].get(part)) for part in ours[name].keys() | theirs[name].keys()
               if ours[name].get(part) != theirs[name].get(part)}
        for name in ours.keys() & theirs.keys()
        if ours[name] != theirs[name]
    }


def test_messages_have_the_same_fields(ours, theirs):
    assert len(ours.messages.keys() & theirs.messages.keys()) > 200
    assert differences(ours.messages, theirs.messages) == {}


def test_enums_have_the_same_values(ours, theirs):
    assert len(ours.enums.keys() & theirs.enums.keys()) > 40
    assert differences(ours.enums, theirs.enums) == {}


def test_services_have_the_same_methods(ours, theirs):
    assert {"livekit.RoomService", "livekit.Egress", "livekit.Ingress"} <= ours.services.keys() & theirs.services.keys()
    assert differences(ours.services, theirs.services) == {}


def test_what_we_leave_out_is_left_out_on_purpose(ours, theirs):
    missing = {name: file for name, file in theirs.file_of.items() if name not in ours.file_of}
    assert {name: file for name, file in missing.items() if file not in LEFT_OUT} == {}
    assert LEFT_OUT.keys() - set(missing.values()) == set(), "named as left out, but nothing of it is missing"


def test_what_only_we_have_is_spoken_between_servers(ours, theirs):
    extra = {name: file for name, file in ours.file_of.items() if name not in theirs.file_of}
    assert {name: file for name, file in extra.items() if file not in BETWEEN_SERVERS} == {}
    assert BETWEEN_SERVERS - set(extra.values()) == set(), "named as ours alone, but the package has all of it"


@pytest.mark.parametrize("change", ["number", "type", "label", "oneof"])
def test_a_difference_is_found(ours, theirs, change):
    """The comparison itself: one property changed in one field must show, and nothing else."""
    name, field = "livekit.SignalRequest", "offer"
    changed = {**ours.messages, name: {**ours.messages[name], field: {**ours.messages[name][field], change: "other"}}}
    assert list(differences(changed, theirs.messages)) == [name]
    assert list(differences(changed, theirs.messages)[name]) == [field]
