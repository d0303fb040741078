// RTP header parsing (RFC 3550 5.1).
#include "../src/rtp_header.h"

#include "check.h"

namespace {

bool Parse(const Bytes& packet, RtpHeader* header) { return ParseRtpHeader(packet.data(), packet.size(), header); }

bool Padding(const Bytes& packet, size_t* padding) {
  RtpHeader header;
  return Parse(packet, &header) && RtpPaddingLength(packet.data(), packet.size(), header, padding);
}

}  // namespace

TEST("fan-out: an RTP header's fields") {
  RtpHeader header;
  REQUIRE(Parse(FromHex("b2 e1 1234 89abcdef 01020304 aaaaaaaa bbbbbbbb bede0001 10ff0000 00000004"), &header));
  EXPECT(header.marker && header.padding && header.extension);
  EXPECT_EQUAL(int{header.payload_type}, 0x61);
  EXPECT_EQUAL(int{header.csrc_count}, 2);
  EXPECT_EQUAL(int{header.sequence}, 0x1234);
  EXPECT_EQUAL(header.timestamp, 0x89abcdefu);
  EXPECT_EQUAL(header.ssrc, 0x01020304u);
  EXPECT_EQUAL(int{header.extension_profile}, 0xbede);
  EXPECT_EQUAL(header.extension_offset, 24u);
  EXPECT_EQUAL(header.extension_length, 4u);
  EXPECT_EQUAL(header.header_length, 28u);
  REQUIRE(Parse(FromHex("80 60 0001 00000001 00000002"), &header));
  EXPECT(!header.marker && !header.padding && !header.extension);
  EXPECT_EQUAL(header.header_length, 12u);
  EXPECT_EQUAL(int{header.extension_profile}, 0);
}

TEST("fan-out: cut anywhere in its header, a packet is not RTP") {
  const Bytes packet = FromHex("92 60 0001 00000001 00000002 aaaaaaaa bbbbbbbb bede0002 10ff0000 00000000");
  RtpHeader header;
  for (size_t length = 0; length < packet.size(); ++length) {
    EXPECT(!Parse(Bytes(packet.begin(), packet.begin() + static_cast<long>(length)), &header));
  }
  EXPECT(Parse(packet, &header));
  for (const int version : {0x00, 0x40, 0xc0}) {
    Bytes other = packet;
    other[0] = static_cast<uint8_t>(version | (packet[0] & 0x3f));
    EXPECT(!Parse(other, &header));
  }
}

TEST("fan-out: padding must lie within the payload") {
  size_t padding = 99;
  EXPECT(Padding(FromHex("80 60 0001 00000001 00000002 000000ff"), &padding));
  EXPECT_EQUAL(padding, 0u);
  EXPECT(Padding(FromHex("a0 60 0001 00000001 00000002 00000003"), &padding));
  EXPECT_EQUAL(padding, 3u);
  EXPECT(Padding(FromHex("a0 60 0001 00000001 00000002 00000004"), &padding));
  EXPECT_EQUAL(padding, 4u);
  EXPECT(!Padding(FromHex("a0 60 0001 00000001 00000002 00000005"), &padding));
  EXPECT(!Padding(FromHex("a0 60 0001 00000001 00000002 00000000"), &padding));
  EXPECT(!Padding(FromHex("a0 60 0001 00000001 00000002"), &padding));
}
