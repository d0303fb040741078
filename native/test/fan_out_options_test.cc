// The fan-out to viewers with transport-wide numbers, and to those behind streams.
#include "fan_out_house.h"

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

TEST("fan-out: viewers behind streams, among others") {
  House house(TestSocket::Udp4(), true);
  for (int i = 0; i < 3; ++i) house.AddViewer(TestSocket::Udp4());
  house.viewers[1].target = {};
  house.viewers[1].target.stream = 7;
  house.viewers[1].target.valid = true;
  Track(&house.viewers[1]);
  house.rows[1].transport_sequence_id = 5;
  const std::vector<Bytes> packets = {MakePacket(1, 10), MakePacket(2, 10)};
  for (const Bytes& packet : packets) house.AddPacket(packet);
  EXPECT_EQUAL(house.Send(), 6u);
  ExpectViewerGets(&house, 0, packets);
  ExpectViewerGets(&house, 2, packets);
  EXPECT_EQUAL(house.rows[1].packets_sent, 2);
  EXPECT_EQUAL(house.rows[1].octets_sent, 20);
  EXPECT_EQUAL(house.viewers[1].ring.get()[3], 0x10001u);
  const Bytes data = house.streams.Take();
  uint32_t header[2];
  REQUIRE(data.size() > sizeof header);
  std::memcpy(header, data.data(), sizeof header);
  EXPECT_EQUAL(header[0], 7u);
  EXPECT_EQUAL(size_t{header[1]}, data.size() - sizeof header);
  size_t count = 0;
  for (size_t at = sizeof header; at + 2 <= data.size();) {
    const size_t length = size_t{data[at]} << 8 | data[at + 1];
    REQUIRE(length <= data.size() - at - 2);
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(at + 2);
    const Bytes plain = Open(&house.viewers[1], Bytes(begin, begin + static_cast<std::ptrdiff_t>(length)));
    REQUIRE(plain.size() == 30);
    EXPECT_EQUAL(int{plain[3]}, static_cast<int>(101 + count));
    at += 2 + length;
    ++count;
  }
  EXPECT_EQUAL(count, 2u);
  house.streams.SetBlocked(7, true);
  house.source.clear();
  house.pairs.clear();
  house.AddPacket(MakePacket(3, 10));
  EXPECT_EQUAL(house.Send(), 2u);
  EXPECT_EQUAL(house.rows[1].packets_dropped, 1);
  EXPECT_EQUAL(house.viewers[1].ring.get()[6], 2u);
  EXPECT(house.streams.empty());
}
