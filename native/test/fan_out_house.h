// A server socket with a fan-out and its viewers, for tests.
#ifndef LIVE_WEBRTC_TEST_FAN_OUT_HOUSE_H_
#define LIVE_WEBRTC_TEST_FAN_OUT_HOUSE_H_

#include <cstring>
#include <memory>

#include "../src/counters.h"
#include "../src/fan_out.h"
#include "check.h"
#include "sockets.h"

constexpr SrtpProfile kProfiles[] = {SrtpProfile::kAes128CmHmacSha1_80, SrtpProfile::kAeadAes128Gcm};

struct Viewer {
  explicit Viewer(TestSocket bound) : socket(std::move(bound)) {}

  TestSocket socket;
  SendTarget target;
  std::unique_ptr<SrtpSender> sender;
  std::unique_ptr<SrtpReceiver> receiver;
  std::shared_ptr<uint32_t> ring;
  std::unique_ptr<SendHistory> sends;
};

constexpr size_t kRingEntries = 2048;

// From now on the viewer's packets have transport-wide numbers.
inline void Track(Viewer* viewer) {
  viewer->ring.reset(new uint32_t[kRingEntries * SendHistory::kEntryWords](), std::default_delete<uint32_t[]>());
  viewer->sends = std::make_unique<SendHistory>(uint8_t{5}, viewer->ring, kRingEntries, MonotonicNanoseconds());
}

// A server socket with viewers; peer handle n is viewer n - 1.
class House {
 public:
  House(TestSocket server, bool segmentation)
      : server_(std::move(server)), udp_(server_.fd(), segmentation, counters), fan_out_({&udp_, &streams}, counters) {}

  void AddViewer(TestSocket socket, bool mapped = false) {
    const auto number = static_cast<uint8_t>(viewers.size());
    const SrtpProfile profile = kProfiles[number % 2];
    const Bytes key(16, number);
    const Bytes salt(14, static_cast<uint8_t>(number + 100));
    viewers.emplace_back(std::move(socket));
    Viewer& viewer = viewers.back();
    viewer.target = mapped ? viewer.socket.MappedTarget() : viewer.socket.Target();
    viewer.sender = SrtpSender::Create(profile, key.data(), salt.data());
    viewer.receiver = SrtpReceiver::Create(profile, key.data(), salt.data());
    FanOutRow row{};
    row.peer = number + 1u;
    row.ssrc = 0x1000u + number;
    row.timestamp_offset = 1000u * number;
    row.sequence_offset = static_cast<uint16_t>(100 * number);
    row.payload_type = static_cast<uint8_t>(100 + number);
    rows.push_back(row);
  }

  void AddPacket(const Bytes& packet) {
    pairs.push_back(static_cast<uint32_t>(source.size()));
    pairs.push_back(static_cast<uint32_t>(packet.size()));
    source.insert(source.end(), packet.begin(), packet.end());
  }

  // The rows lie at an odd address during the call, as a view of a larger array may.
  size_t Send(bool retransmission = false) {
    Bytes bytes(1 + rows.size() * sizeof(FanOutRow));
    std::memcpy(bytes.data() + 1, rows.data(), bytes.size() - 1);
    const size_t sent = fan_out_.Send(source.data(), source.size(), pairs.data(), pairs.size() / 2, bytes.data() + 1,
                                      rows.size(), retransmission, LookUp, this);
    std::memcpy(rows.data(), bytes.data() + 1, bytes.size() - 1);
    return sent;
  }

  UdpSender& udp() { return udp_; }

  double counters[kCounterCount] = {};
  StreamOutbox streams{counters};
  std::vector<Viewer> viewers;
  std::vector<FanOutRow> rows;
  Bytes source;
  std::vector<uint32_t> pairs;

 private:
  static FanOutPeer LookUp(void* context, uint32_t handle) {
    auto* house = static_cast<House*>(context);
    if (handle > house->viewers.size()) return {};
    Viewer& viewer = house->viewers[handle - 1];
    return {&viewer.target, viewer.sender.get(), viewer.sends.get()};
  }

  TestSocket server_;
  UdpSender udp_;
  FanOut fan_out_;
};

inline Bytes MakePacket(uint16_t sequence, size_t payload_length) {
  Bytes packet = {0x80, 0xe0, uint8_t(sequence >> 8), uint8_t(sequence), 0, 0, 0x10, 0, 9, 9, 9, 9};
  for (size_t i = 0; i < payload_length; ++i) packet.push_back(static_cast<uint8_t>(sequence + i));
  return packet;
}

// What a viewer must see of a packet without extensions.
inline Bytes Rewritten(Bytes packet, const FanOutRow& row) {
  const auto sequence = static_cast<uint16_t>((packet[2] << 8 | packet[3]) + row.sequence_offset);
  const uint32_t timestamp = 0x1000u + row.timestamp_offset;
  packet[1] = static_cast<uint8_t>((packet[1] & 0x80) | row.payload_type);
  packet[2] = static_cast<uint8_t>(sequence >> 8);
  packet[3] = static_cast<uint8_t>(sequence);
  for (int i = 0; i < 4; ++i) {
    packet[static_cast<size_t>(4 + i)] = static_cast<uint8_t>(timestamp >> (24 - 8 * i));
    packet[static_cast<size_t>(8 + i)] = static_cast<uint8_t>(row.ssrc >> (24 - 8 * i));
  }
  return packet;
}

// Empty where it does not open.
inline Bytes Open(Viewer* viewer, Bytes wire) {
  size_t length = 0;
  if (viewer->receiver->UnprotectRtp(wire.data(), wire.size(), &length) != SrtpReceiver::Result::kOk) return {};
  wire.resize(length);
  return wire;
}

inline void ExpectViewerGets(House* house, size_t number, const std::vector<Bytes>& packets) {
  Viewer& viewer = house->viewers[number];
  const std::vector<Bytes> wires = viewer.socket.Receive(packets.size());
  EXPECT_EQUAL(wires.size(), packets.size());
  for (size_t i = 0; i < wires.size() && i < packets.size(); ++i) {
    EXPECT_EQUAL(Open(&viewer, wires[i]), Rewritten(packets[i], house->rows[number]));
  }
}

#endif  // LIVE_WEBRTC_TEST_FAN_OUT_HOUSE_H_
