// The fan-out from source packets to what viewers decrypt.
#include "fan_out_house.h"

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
