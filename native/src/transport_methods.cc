#include "transport_methods.h"

#include <cmath>
#include <cstring>
#include <memory>

#include "external_array.h"
#include "fan_out_row.h"
#include "send_history.h"
#include "transport_object.h"

namespace {

constexpr uint32_t kMaxUnsigned = 0xffffffff;

// The transport of a call, null with an exception pending where it is closed.
Transport* OpenTransport(napi_env env, const Arguments& arguments) {
  TransportObject* object = TransportObject::Of(env, arguments.receiver());
  if (object == nullptr) {
    ThrowTypeError(env, "The receiver is not a transport.");
    return nullptr;
  }
  if (!object->transport().closed()) return &object->transport();
  ThrowError(env, "ERR_TRANSPORT_CLOSED", "The transport is closed.");
  return nullptr;
}

// What most calls need: an open transport and, where it still exists, the peer of argument 0.
struct PeerCall {
  Transport* transport = nullptr;
  Peer* peer = nullptr;

  // False with an exception pending.
  bool Read(napi_env env, const Arguments& arguments) {
    transport = OpenTransport(env, arguments);
    uint32_t handle;
    if (transport == nullptr || !arguments.Unsigned(0, "peer", kMaxUnsigned, &handle)) return false;
    peer = transport->peers().Find(handle);
    return true;
  }

  bool ReadExisting(napi_env env, const Arguments& arguments) {
    if (!Read(env, arguments)) return false;
    return peer != nullptr || ThrowError(env, "ERR_NO_SUCH_PEER", "No such peer: it was closed or never made.");
  }
};

bool ReadRole(napi_env env, const Options& options, DtlsRole* role) {
  std::string name;
  if (!options.String("role", &name)) return false;
  if (name != "client" && name != "server") return ThrowTypeError(env, "role must be 'client' or 'server'.");
  *role = name == "client" ? DtlsRole::kClient : DtlsRole::kServer;
  return true;
}

bool ReadFingerprint(napi_env env, const Options& options, Fingerprint* fingerprint) {
  std::string algorithm;
  uint8_t* bytes;
  size_t length;
  if (!options.String("fingerprintAlgorithm", &algorithm) || !options.Bytes("fingerprint", &bytes, &length)) {
    return false;
  }
  fingerprint->algorithm = FingerprintAlgorithm(algorithm);
  if (fingerprint->algorithm == nullptr) {
    return ThrowTypeError(env, "fingerprintAlgorithm must be sha-1, sha-224, sha-256, sha-384 or sha-512.");
  }
  fingerprint->length = static_cast<size_t>(EVP_MD_get_size(fingerprint->algorithm));
  if (length != fingerprint->length) {
    return ThrowTypeError(env, "fingerprint must have " + std::to_string(fingerprint->length) + " bytes.");
  }
  std::memcpy(fingerprint->bytes, bytes, length);
  return true;
}

napi_value CreatePeer(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Options options;
  DtlsRole role = DtlsRole::kServer;
  Fingerprint fingerprint;
  if (!Options::Read(env, arguments.at(0), &options) || !ReadRole(env, options, &role) ||
      !ReadFingerprint(env, options, &fingerprint)) {
    return nullptr;
  }
  Transport* transport = OpenTransport(env, arguments);  // After the getters of options, which may have closed it.
  if (transport == nullptr) return nullptr;
  const Peer* peer = transport->peers().Create(role, fingerprint);
  if (peer != nullptr) return MakeUnsigned(env, peer->handle);
  ThrowError(env, "ERR_TOO_MANY_PEERS", "The transport has as many peers as it can.");
  return nullptr;
}

napi_value AddRoute(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  Route route;
  if (!call.ReadExisting(env, arguments) || !arguments.ReadRoute(1, "route", &route)) return nullptr;
  call.transport->peers().Bind(call.peer, KeyOf(route));
  return nullptr;
}

napi_value RemoveRoute(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  Route route;
  if (transport == nullptr || !arguments.ReadRoute(0, "route", &route)) return nullptr;
  transport->RemoveRoute(route);
  return nullptr;
}

napi_value SelectRoute(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  Route route;
  if (!call.ReadExisting(env, arguments) || !arguments.ReadRoute(1, "route", &route)) return nullptr;
  if (!call.transport->SelectRoute(call.peer, route)) {
    ThrowRangeError(env,
                    "route must have a port, and an IPv4 address where the socket serves IPv4 only; or a stream's id, "
                    "where there is onStreamData.");
  }
  return nullptr;
}

napi_value StartDtls(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  if (!call.ReadExisting(env, arguments)) return nullptr;
  call.transport->StartDtls(call.peer);
  call.transport->FlushStreams();
  return nullptr;
}

napi_value DtlsTimeout(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  if (!call.Read(env, arguments)) return nullptr;
  napi_value result = nullptr;
  (void)napi_create_int64(env, call.peer == nullptr ? -1 : call.peer->dtls.Timeout(), &result);
  return result;
}

napi_value HandleDtlsTimeout(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  if (!call.Read(env, arguments) || call.peer == nullptr) return nullptr;
  call.transport->HandleDtlsTimeout(call.peer);
  call.transport->FlushStreams();
  return nullptr;
}

napi_value ClosePeer(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  if (!call.Read(env, arguments) || call.peer == nullptr) return nullptr;
  call.transport->ClosePeer(call.peer);
  call.transport->FlushStreams();
  return nullptr;
}

napi_value TrackSends(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  uint32_t extension_id;
  uint32_t entries;
  double now;
  if (!call.ReadExisting(env, arguments) || !arguments.Unsigned(1, "extensionId", 0xff, &extension_id) ||
      !arguments.Unsigned(2, "entries", SendHistory::kMaxEntries, &entries) || !arguments.Number(3, "now", &now)) {
    return nullptr;
  }
  if (extension_id == 0) {
    ThrowRangeError(env, "extensionId must not be 0.");
    return nullptr;
  }
  if (entries < SendHistory::kMinEntries || (entries & (entries - 1)) != 0) {
    ThrowRangeError(env, "entries must be a power of two of 2 to 65536.");
    return nullptr;
  }
  // In nanoseconds it fits 64 bits, with room for the machine's own clock.
  constexpr double kMaxMilliseconds = 1e12;
  if (std::fabs(now) > kMaxMilliseconds) {
    ThrowRangeError(env, "now must be a time of a monotonic clock in milliseconds.");
    return nullptr;
  }
  constexpr double kNanosecondsPerMillisecond = 1e6;
  const int64_t epoch = MonotonicNanoseconds() - static_cast<int64_t>(now * kNanosecondsPerMillisecond);
  const size_t words = entries * SendHistory::kEntryWords;
  const std::shared_ptr<uint32_t> ring(new uint32_t[words](), std::default_delete<uint32_t[]>());
  napi_value array;
  if (!MakeExternalArray(env, ring, ring.get(), words * sizeof(uint32_t), napi_uint32_array, words, &array)) {
    ThrowError(env, "ERR_TRANSPORT", "The engine refused the ring.");
    return nullptr;
  }
  call.transport->TrackSends(
      call.peer, std::make_unique<SendHistory>(static_cast<uint8_t>(extension_id), ring, entries, epoch));
  return array;
}

napi_value SendDatagram(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  Route route;
  uint8_t* datagram;
  size_t length;
  if (transport == nullptr || !arguments.ReadRoute(0, "route", &route) ||
      !arguments.Bytes(1, "datagram", &datagram, &length)) {
    return nullptr;
  }
  const bool sent = transport->SendDatagram(route, datagram, length);
  transport->FlushStreams();
  return MakeBoolean(env, sent);
}

napi_value SendRtp(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  uint8_t* packet;
  size_t length;
  bool retransmission;
  if (!call.Read(env, arguments) || !arguments.Bytes(1, "packet", &packet, &length) ||
      !arguments.Boolean(2, "retransmission", &retransmission)) {
    return nullptr;
  }
  const bool sent = call.peer != nullptr && call.transport->SendRtp(call.peer, packet, length, retransmission);
  call.transport->FlushStreams();
  return MakeBoolean(env, sent);
}

napi_value SendRtcp(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  PeerCall call;
  uint8_t* packet;
  size_t length;
  if (!call.Read(env, arguments) || !arguments.Bytes(1, "packet", &packet, &length)) return nullptr;
  const bool sent = call.peer != nullptr && call.transport->SendRtcp(call.peer, packet, length);
  call.transport->FlushStreams();
  return MakeBoolean(env, sent);
}

// Whether all pairs of offset and length lie in a source of so many bytes; false with an exception pending.
bool CheckPairs(napi_env env, const uint32_t* pairs, uint32_t count, size_t source_length, const char* name) {
  for (uint32_t i = 0; i < count; ++i) {
    if (uint64_t{pairs[2 * i]} + pairs[2 * i + 1] <= source_length) continue;
    return ThrowRangeError(env, std::string(name) + " reaches beyond source.");
  }
  return true;
}

napi_value ReceiveFromStream(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  Route route;
  uint8_t* source;
  size_t source_length;
  uint32_t* datagrams;
  size_t words;
  uint32_t count;
  if (transport == nullptr || !arguments.ReadRoute(0, "route", &route) ||
      !arguments.Bytes(1, "source", &source, &source_length) || !arguments.Words(2, "datagrams", &datagrams, &words) ||
      !arguments.Unsigned(3, "count", kSlotCount, &count)) {
    return nullptr;
  }
  if (route.protocol != kRouteStream || route.stream == 0) {
    ThrowRangeError(env, "route must be that of a stream.");
  } else if (count > words / 2) {
    ThrowRangeError(env, "count is more than datagrams holds.");
  } else if (transport->in_batch()) {
    ThrowError(env, "ERR_IN_BATCH", "A batch is being handled.");
  } else if (CheckPairs(env, datagrams, count, source_length, "datagrams")) {
    transport->ReceiveFromStream(route, source, datagrams, count);
    transport->FlushStreams();
  }
  return nullptr;
}

napi_value BlockStream(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  uint32_t stream;
  bool blocked;
  if (transport != nullptr && arguments.Unsigned(0, "stream", kMaxUnsigned, &stream) &&
      arguments.Boolean(1, "blocked", &blocked)) {
    transport->stream_outbox().SetBlocked(stream, blocked);
  }
  return nullptr;
}

// The arguments of fanOut, checked against each other.
struct FanOutCall {
  uint8_t* source;
  size_t source_length;
  uint32_t* packets;
  uint32_t packet_count;
  uint8_t* rows;
  uint32_t first_row;
  uint32_t row_count;
  bool retransmission;

  bool Read(napi_env env, const Arguments& arguments) {
    size_t packet_words;
    size_t rows_length;
    if (!arguments.Bytes(0, "source", &source, &source_length) ||
        !arguments.Words(1, "packets", &packets, &packet_words) ||
        !arguments.Unsigned(2, "packetCount", kMaxUnsigned, &packet_count) ||
        !arguments.Bytes(3, "rows", &rows, &rows_length) ||
        !arguments.Unsigned(4, "firstRow", kMaxUnsigned, &first_row) ||
        !arguments.Unsigned(5, "rowCount", kMaxUnsigned, &row_count) ||
        !arguments.Boolean(6, "retransmission", &retransmission)) {
      return false;
    }
    if (packet_count > packet_words / 2) return ThrowRangeError(env, "packetCount is more than packets holds.");
    if (uint64_t{first_row} + row_count > rows_length / sizeof(FanOutRow)) {
      return ThrowRangeError(env, "firstRow and rowCount reach beyond rows.");
    }
    return CheckPairs(env, packets, packet_count, source_length, "packets");
  }
};

napi_value FanOutPackets(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  FanOutCall call;
  if (transport == nullptr || !call.Read(env, arguments)) return nullptr;
  const size_t sent =
      transport->FanOutPackets(call.source, call.source_length, call.packets, call.packet_count,
                               call.rows + size_t{call.first_row} * sizeof(FanOutRow), call.row_count,
                               call.retransmission);
  transport->FlushStreams();
  return MakeUnsigned(env, static_cast<uint32_t>(sent));
}

napi_value PeerCount(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  Transport* transport = OpenTransport(env, arguments);
  return transport == nullptr ? nullptr : MakeUnsigned(env, static_cast<uint32_t>(transport->peers().size()));
}

napi_value Close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TransportObject* object = TransportObject::Of(env, arguments.receiver());
  if (object != nullptr) object->Close();
  return nullptr;
}

}  // namespace

std::vector<napi_property_descriptor> TransportMethods() {
  const auto method = [](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, napi_default_method, nullptr};
  };
  return {
      method("createPeer", CreatePeer),
      method("addRoute", AddRoute),
      method("removeRoute", RemoveRoute),
      method("selectRoute", SelectRoute),
      method("startDtls", StartDtls),
      method("dtlsTimeout", DtlsTimeout),
      method("handleDtlsTimeout", HandleDtlsTimeout),
      method("closePeer", ClosePeer),
      method("trackSends", TrackSends),
      method("sendDatagram", SendDatagram),
      method("sendRtp", SendRtp),
      method("sendRtcp", SendRtcp),
      method("fanOut", FanOutPackets),
      method("receiveFromStream", ReceiveFromStream),
      method("blockStream", BlockStream),
      method("peerCount", PeerCount),
      method("close", Close),
  };
}
