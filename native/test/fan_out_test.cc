// The fan-out from source packets to what viewers decrypt.
#include "../src/fan_out.h"

#include <cstring>
#include <memory>

#include "../src/counters.h"
#include "check.h"
#include "sockets.h"

namespace {

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
void Track(Viewer* viewer) {
  viewer->ring.reset(new uint32_t[kRingEntries * SendHistory::kEntryWords](), std::default_delete<uint32_t[]>());
  viewer->sends = std::make_unique<SendHistory>(uint8_t{5}, viewer->ring, kRingEntries, MonotonicNanoseconds());
}

// A server socket with viewers; peer handle n is viewer n - 1.
class House {
 public:
  House(TestSocket server, bool segmentation)
      : server_(std::move(server)), udp_(server_.fd(), segmentation, counters), fan_out_(&udp_, counters) {}

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

Bytes MakePacket(uint16_t sequence, size_t payload_length) {
  Bytes packet = {0x80, 0xe0, uint8_t(sequence >> 8), uint8_t(sequence), 0, 0, 0x10, 0, 9, 9, 9, 9};
  for (size_t i = 0; i < payload_length; ++i) packet.push_back(static_cast<uint8_t>(sequence + i));
  return packet;
}

// What a viewer must see of a packet without extensions.
Bytes Rewritten(Bytes packet, const FanOutRow& row) {
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
Bytes Open(Viewer* viewer, Bytes wire) {
  size_t length = 0;
  if (viewer->receiver->UnprotectRtp(wire.data(), wire.size(), &length) != SrtpReceiver::Result::kOk) return {};
  wire.resize(length);
  return wire;
}

void ExpectViewerGets(House* house, size_t number, const std::vector<Bytes>& packets) {
  Viewer& viewer = house->viewers[number];
  const std::vector<Bytes> wires = viewer.socket.Receive(packets.size());
  EXPECT_EQUAL(wires.size(), packets.size());
  for (size_t i = 0; i < wires.size() && i < packets.size(); ++i) {
    EXPECT_EQUAL(Open(&viewer, wires[i]), Rewritten(packets[i], house->rows[number]));
  }
}

}  // namespace

TEST("fan-out: every viewer decrypts every packet, in order, with and without segmentation") {
  const size_t lengths[] = {1100, 1100, 1100, 1099, 1100, 1, 0, 20, 20, 1100, 1300, 1300};
  for (const bool segmentation : {true, false}) {
    House house(TestSocket::DualStack(), segmentation);
    for (int i = 0; i < 8; ++i) {
      house.AddViewer(i % 4 < 2 ? TestSocket::Udp4() : TestSocket::Udp6(), i % 4 < 2);
    }
    std::vector<Bytes> packets;
    for (size_t i = 0; i < 12; ++i) packets.push_back(MakePacket(static_cast<uint16_t>(i), lengths[i]));
    for (const Bytes& packet : packets) house.AddPacket(packet);
    EXPECT_EQUAL(house.Send(), 8u * 12);
    double octets = 0;
    for (const size_t length : lengths) octets += static_cast<double>(length);
    for (size_t i = 0; i < 8; ++i) {
      ExpectViewerGets(&house, i, packets);
      EXPECT_EQUAL(house.rows[i].packets_sent, 12);
      EXPECT_EQUAL(house.rows[i].octets_sent, octets);
      EXPECT_EQUAL(house.rows[i].packets_dropped, 0);
    }
    EXPECT_EQUAL(house.counters[kDatagramsSent], 8 * 12);
    EXPECT_EQUAL(house.counters[kSendCalls], 1);
    // Runs: 4 (the last shorter), 2 (1100 and 1), then 0 alone, 2 of 20, 1100 alone, 2 of 1300.
    EXPECT_EQUAL(house.counters[kSegmentedSends], house.udp().segmentation() ? 8 * 4 : 0);
  }
}

TEST("fan-out: segmented and single sends put the same bytes on the wire") {
  std::vector<Bytes> wires[2];
  for (const bool segmentation : {true, false}) {
    House house(TestSocket::Udp4(), segmentation);
    house.AddViewer(TestSocket::Udp4());
    house.AddViewer(TestSocket::Udp4());
    for (uint16_t i = 0; i < 40; ++i) house.AddPacket(MakePacket(i, 700u + i / 5));
    house.Send();
    for (Viewer& viewer : house.viewers) {
      for (const Bytes& wire : viewer.socket.Receive(40)) wires[segmentation ? 0 : 1].push_back(wire);
    }
  }
  EXPECT_EQUAL(wires[0].size(), 80u);
  EXPECT(wires[0] == wires[1]);
}

TEST("fan-out: a message holds at most 64 segments and 65,507 bytes") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  std::vector<Bytes> packets;
  for (uint16_t i = 0; i < 130; ++i) packets.push_back(MakePacket(i, 30));
  for (const Bytes& packet : packets) house.AddPacket(packet);
  EXPECT_EQUAL(house.Send(), 130u);
  if (house.udp().segmentation()) EXPECT_EQUAL(house.counters[kSegmentedSends], 3);
  ExpectViewerGets(&house, 0, packets);

  House large(TestSocket::Udp4(), true);
  large.AddViewer(TestSocket::Udp4());
  large.AddViewer(TestSocket::Udp4());
  packets.clear();
  // 1216 bytes on the wire with the second viewer's tag of 16: 53 fill a message, the 54th stands alone.
  for (uint16_t i = 0; i < 54; ++i) packets.push_back(MakePacket(i, 1216 - 12 - 16));
  for (const Bytes& packet : packets) large.AddPacket(packet);
  large.rows[0].peer = 0;
  EXPECT_EQUAL(large.Send(), 54u);
  EXPECT_EQUAL(large.counters[kSegmentedSends], large.udp().segmentation() ? 1 : 0);
  ExpectViewerGets(&large, 1, packets);
}

TEST("fan-out: more than the output buffer holds") {
  House house(TestSocket::Udp4(), true);
  for (int i = 0; i < 12; ++i) house.AddViewer(TestSocket::Udp4());
  std::vector<Bytes> packets;
  for (uint16_t i = 0; i < 60; ++i) packets.push_back(MakePacket(i, 1150));
  for (const Bytes& packet : packets) house.AddPacket(packet);
  EXPECT_EQUAL(house.Send(), 12u * 60);
  EXPECT(house.counters[kSendCalls] > 1);
  for (size_t i = 0; i < 12; ++i) {
    ExpectViewerGets(&house, i, packets);
    EXPECT_EQUAL(house.rows[i].packets_sent, 60);
  }
}

TEST("fan-out: header extensions and MID by row, padding not counted as octets") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  house.AddViewer(TestSocket::Udp4());
  house.rows[0].extension_map[3] = 7;
  house.rows[1].mid_extension_id = 9;
  house.rows[1].mid_length = 1;
  house.rows[1].mid[0] = '0';
  house.AddPacket(FromHex("b0 60 0001 00001000 00000001 bede0001 30aa0000 01020304 00000003"));
  EXPECT_EQUAL(house.Send(), 2u);
  const std::vector<Bytes> first = house.viewers[0].socket.Receive(1);
  const std::vector<Bytes> second = house.viewers[1].socket.Receive(1);
  REQUIRE(first.size() == 1 && second.size() == 1);
  EXPECT_EQUAL(Open(&house.viewers[0], first[0]),
               FromHex("b0 64 0001 00001000 00001000 bede0001 70aa0000 01020304 00000003"));
  EXPECT_EQUAL(Open(&house.viewers[1], second[0]),
               FromHex("b0 65 0065 000013e8 00001001 bede0001 90300000 01020304 00000003"));
  EXPECT_EQUAL(house.rows[0].octets_sent, 5);
}

TEST("fan-out: VP8 descriptors by row, in the viewer's copy alone") {
  House house(TestSocket::Udp4(), true);
  for (int i = 0; i < 4; ++i) house.AddViewer(TestSocket::Udp4());
  for (size_t i = 0; i < 3; ++i) {
    house.rows[i].flags = i < 2 ? kRowVp8 : 0;
    house.rows[i].vp8_picture_id_offset = static_cast<uint16_t>(i + 1);
    house.rows[i].vp8_tl0_picture_index_offset = static_cast<uint8_t>(i + 7);
  }
  house.AddPacket(FromHex("80 60 0001 00001000 00000001 90e0 8003 05 40 aabbcc"));
  const Bytes source = house.source;
  EXPECT_EQUAL(house.Send(), 4u);
  EXPECT_EQUAL(house.source, source);
  const char* expected[] = {"90e0 8004 0c 40 aabbcc", "90e0 8005 0d 40 aabbcc", "90e0 8003 05 40 aabbcc",
                            "90e0 8003 05 40 aabbcc"};
  for (size_t i = 0; i < 4; ++i) {
    const std::vector<Bytes> wires = house.viewers[i].socket.Receive(1);
    REQUIRE(wires.size() == 1);
    const Bytes plain = Open(&house.viewers[i], wires[0]);
    REQUIRE(plain.size() == 21);
    EXPECT_EQUAL(Bytes(plain.begin() + 12, plain.end()), FromHex(expected[i]));
  }
}

TEST("fan-out: transport-wide numbers go on over all rows of a peer, and what went is noted") {
  for (const bool segmentation : {true, false}) {
    House house(TestSocket::Udp4(), segmentation);
    for (int i = 0; i < 3; ++i) house.AddViewer(TestSocket::Udp4());
    Track(&house.viewers[0]);
    house.rows[0].transport_sequence_id = 5;
    // Another stream of the same peer, and one whose peer is not tracked.
    FanOutRow second = house.rows[0];
    second.ssrc = 0x77;
    house.rows[2].transport_sequence_id = 5;
    house.rows.push_back(second);
    house.AddPacket(MakePacket(1, 100));
    house.AddPacket(MakePacket(2, 100));
    house.AddPacket(MakePacket(3, 60));
    EXPECT_EQUAL(house.Send(), 12u);
    // Numbers make no run shorter.
    EXPECT_EQUAL(house.counters[kSegmentedSends], house.udp().segmentation() ? 4 : 0);
    const std::vector<Bytes> wires = house.viewers[0].socket.Receive(6);
    REQUIRE(wires.size() == 6);
    const uint32_t* ring = house.viewers[0].ring.get();
    for (size_t i = 0; i < 6; ++i) {
      const Bytes plain = Open(&house.viewers[0], wires[i]);
      REQUIRE(plain.size() > 20);
      EXPECT_EQUAL(Bytes(plain.begin() + 12, plain.begin() + 20), Bytes({0xbe, 0xde, 0, 1, 0x51, 0, uint8_t(i), 0}));
      EXPECT_EQUAL(ring[3 * i], 0x10000u + i);
      EXPECT(ring[3 * i + 1] < 1000000);
      EXPECT_EQUAL(size_t{ring[3 * i + 2]}, wires[i].size());
    }
    EXPECT_EQUAL(ring[3 * 6], 0u);
    const std::vector<Bytes> untracked = house.viewers[2].socket.Receive(3);
    REQUIRE(untracked.size() == 3);
    EXPECT_EQUAL(int{untracked[0][0]}, 0x80);
  }
}

TEST("fan-out: no number is lost on a packet that is refused") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  Track(&house.viewers[0]);
  house.rows[0].transport_sequence_id = 5;
  house.AddPacket(MakePacket(1, 100));
  house.AddPacket(MakePacket(1, 100));
  house.AddPacket(MakePacket(2, 100));
  EXPECT_EQUAL(house.Send(), 2u);
  EXPECT_EQUAL(int{house.viewers[0].sends->next()}, 2);
}

TEST("fan-out: a row with transport-wide numbers resends nothing, because a number is given once") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  house.AddViewer(TestSocket::Udp4());
  Track(&house.viewers[0]);
  house.rows[0].transport_sequence_id = 5;
  house.rows[1].transport_sequence_id = 5;
  house.AddPacket(MakePacket(1, 100));
  EXPECT_EQUAL(house.Send(), 2u);
  EXPECT_EQUAL(house.Send(true), 0u);
  EXPECT_EQUAL(house.counters[kReusedIndexes], 2);
  EXPECT_EQUAL(house.counters[kDatagramsSent], 2);
}

TEST("fan-out: what a full socket did not take is noted as not sent") {
  House house(TestSocket::Unix(), true);
  house.AddViewer(TestSocket::Unix());
  Track(&house.viewers[0]);
  house.rows[0].transport_sequence_id = 5;
  for (uint16_t i = 0; i < 1000; ++i) house.AddPacket(MakePacket(i, 100));
  const size_t sent = house.Send();
  EXPECT(sent < 1000);
  size_t noted = 0;
  for (size_t i = 0; i < 1000; ++i) {
    const uint32_t word = house.viewers[0].ring.get()[3 * i];
    EXPECT_EQUAL(word & 0xffff, static_cast<uint32_t>(i));
    noted += word >> 16;
  }
  EXPECT_EQUAL(noted, sent);
}

TEST("fan-out: inactive rows, absent peers, peers without keys or route") {
  House house(TestSocket::Udp4(), true);
  for (int i = 0; i < 5; ++i) house.AddViewer(TestSocket::Udp4());
  house.rows[0].peer = 0;
  house.rows[1].peer = 99;
  house.viewers[2].sender = nullptr;
  house.viewers[3].target.valid = false;
  const std::vector<Bytes> packets = {MakePacket(1, 10), MakePacket(2, 10)};
  for (const Bytes& packet : packets) house.AddPacket(packet);
  EXPECT_EQUAL(house.Send(), 2u);
  const double dropped[] = {0, 2, 2, 2, 0};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQUAL(house.rows[i].packets_dropped, dropped[i]);
    EXPECT_EQUAL(house.rows[i].packets_sent, i == 4 ? 2 : 0);
  }
  ExpectViewerGets(&house, 4, packets);
}

TEST("fan-out: pairs outside the source and packets that are not RTP are left out") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  const Bytes good = MakePacket(5, 10);
  house.AddPacket(good);
  house.AddPacket({0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const auto length = static_cast<uint32_t>(house.source.size());
  const uint32_t outside[] = {length, 1, length + 1, 0, 0, length + 1, 0xffffffff, 0xffffffff, 1, 0xffffffff, 0, 0,
                              0xf0000000, 20};
  house.pairs.insert(house.pairs.end(), std::begin(outside), std::end(outside));
  EXPECT_EQUAL(house.Send(), 1u);
  EXPECT_EQUAL(house.counters[kSendErrors], 8);
  ExpectViewerGets(&house, 0, {good});
  house.pairs.clear();
  EXPECT_EQUAL(house.Send(), 0u);
}

TEST("fan-out: a declared retransmission goes out byte for byte as before") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  const Bytes packet = MakePacket(1, 10);
  house.AddPacket(packet);
  EXPECT_EQUAL(house.Send(), 1u);
  EXPECT_EQUAL(house.Send(true), 1u);
  const std::vector<Bytes> wires = house.viewers[0].socket.Receive(2);
  REQUIRE(wires.size() == 2);
  EXPECT_EQUAL(wires[0], wires[1]);
  EXPECT_EQUAL(house.counters[kReusedIndexes], 0);
}

TEST("fan-out: a packet sent twice is refused and counted") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  house.AddViewer(TestSocket::Udp4());
  const std::vector<Bytes> packets = {MakePacket(1, 10), MakePacket(2, 10)};
  for (const Bytes& packet : packets) house.AddPacket(packet);
  house.AddPacket(packets[1]);
  EXPECT_EQUAL(house.Send(), 4u);
  EXPECT_EQUAL(house.counters[kReusedIndexes], 2);
  EXPECT_EQUAL(house.Send(), 0u);
  EXPECT_EQUAL(house.counters[kReusedIndexes], 2 + 6);
  EXPECT_EQUAL(house.rows[0].packets_sent, 2);
  ExpectViewerGets(&house, 0, packets);
  ExpectViewerGets(&house, 1, packets);
}

TEST("fan-out: what cannot be sent at all counts as an error and stops nothing") {
  House house(TestSocket::Udp4(), true);
  house.AddViewer(TestSocket::Udp4());
  const Bytes good = MakePacket(2, 10);
  house.AddPacket(MakePacket(1, 65500));
  house.AddPacket(good);
  EXPECT_EQUAL(house.Send(), 1u);
  EXPECT_EQUAL(house.counters[kSendErrors], 1);
  ExpectViewerGets(&house, 0, {good});
}

TEST("fan-out: a full socket drops packets of the rows concerned and of no others") {
  House house(TestSocket::Unix(), true);
  for (int i = 0; i < 3; ++i) house.AddViewer(TestSocket::Unix());
  std::vector<Bytes> packets;
  for (uint16_t i = 0; i < 1000; ++i) packets.push_back(MakePacket(i, 100));
  // Enough for the second viewer's queue to overflow, after the first took all.
  for (int i = 0; i < 5; ++i) house.AddPacket(packets[static_cast<size_t>(i)]);
  EXPECT_EQUAL(house.Send(), 15u);
  house.rows[0].peer = 0;
  house.rows[2].peer = 0;
  house.source.clear();
  house.pairs.clear();
  for (size_t i = 5; i < 1000; ++i) house.AddPacket(packets[i]);
  const size_t sent = house.Send();
  EXPECT(sent < 995);
  EXPECT_EQUAL(house.rows[1].packets_sent, static_cast<double>(5 + sent));
  EXPECT_EQUAL(house.rows[1].octets_sent, static_cast<double>(100 * (5 + sent)));
  EXPECT_EQUAL(house.rows[1].packets_dropped, static_cast<double>(995 - sent));
  EXPECT_EQUAL(house.counters[kDroppedSocketFull], static_cast<double>(995 - sent));
  EXPECT_EQUAL(house.rows[0].packets_dropped + house.rows[2].packets_dropped, 0);
  packets.resize(5);
  ExpectViewerGets(&house, 0, packets);
  ExpectViewerGets(&house, 2, packets);
}
