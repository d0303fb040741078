// Header rewriting for a viewer's row (RFC 3550 5.1, RFC 8285).
#include "../src/rtp_rewrite.h"

#include <cstring>

#include "check.h"

namespace {

// A row that changes nothing but drops all extensions.
FanOutRow PlainRow() {
  FanOutRow row{};
  row.peer = 1;
  row.ssrc = 0x0a0b0c0d;
  row.payload_type = 97;
  return row;
}

// Maps each id to itself plus `shift`.
FanOutRow MappedRow(uint8_t shift = 0) {
  FanOutRow row = PlainRow();
  for (uint8_t id = 1; id <= 14; ++id) row.extension_map[id] = static_cast<uint8_t>(id + shift);
  return row;
}

void SetMid(FanOutRow* row, uint8_t id, const char* mid) {
  row->mid_extension_id = id;
  row->mid_length = static_cast<uint8_t>(std::strlen(mid));
  std::memcpy(row->mid, mid, row->mid_length);
}

// The rewritten header. Both buffers have exactly the size promised, for the sanitizer.
Bytes Rewrite(const char* hex, const FanOutRow& row, const uint16_t* transport_sequence = nullptr) {
  const Bytes packet = FromHex(hex);
  RtpRewrite rewrite;
  if (!rewrite.Prepare(packet.data(), packet.size())) return {};
  Bytes out(rewrite.max_header_length());
  out.resize(rewrite.Write(row, transport_sequence, out.data()));
  return out;
}

const char* const kHeader = "90 60 0001 00000001 00000002";
std::string With(const char* extension) { return std::string(kHeader) + extension + "cccccccc"; }
// The header that PlainRow gives, with an extension behind it.
Bytes Expected(const char* extension) {
  return FromHex((std::string("90 61 0001 00000001 0a0b0c0d") + extension).c_str());
}

}  // namespace

TEST("fan-out: sequence number and timestamp are added modulo their size, PT and SSRC replaced") {
  FanOutRow row = PlainRow();
  row.sequence_offset = 0xfff0;
  row.timestamp_offset = 0xffffff00;
  EXPECT_EQUAL(Rewrite("80 e0 0011 00000101 00000002 ff", row), FromHex("80 e1 0001 00000001 0a0b0c0d"));
  row.payload_type = 0xff;
  EXPECT_EQUAL(Rewrite("80 60 0011 00000101 00000002 ff", row), FromHex("80 7f 0001 00000001 0a0b0c0d"));
}

TEST("fan-out: CSRCs and the padding bit are kept") {
  EXPECT_EQUAL(Rewrite("a2 60 0001 00000001 00000002 aaaaaaaa bbbbbbbb 00000003", PlainRow()),
               FromHex("a2 61 0001 00000001 0a0b0c0d aaaaaaaa bbbbbbbb"));
  const Bytes packet = FromHex("a2 60 0001 00000001 00000002 aaaaaaaa bbbbbbbb 00000003");
  RtpRewrite rewrite;
  REQUIRE(rewrite.Prepare(packet.data(), packet.size()));
  EXPECT_EQUAL(rewrite.payload_length(), 4u);
  EXPECT_EQUAL(rewrite.payload_octets(), 1u);
  EXPECT(rewrite.payload() == packet.data() + 20);
}

TEST("fan-out: a malformed packet cannot be rewritten") {
  RtpRewrite rewrite;
  const Bytes no_padding = FromHex("a0 60 0001 00000001 00000002 00000005");
  EXPECT(!rewrite.Prepare(no_padding.data(), no_padding.size()));
  const Bytes too_long(65536, 0x80);
  EXPECT(!rewrite.Prepare(too_long.data(), too_long.size()));
  EXPECT(!rewrite.Prepare(too_long.data(), 11));
}

TEST("fan-out: one-byte extensions are mapped, left out and padded anew") {
  const std::string packet = With("bede0004 10a1 00 2 1b1b2 32 c1c2c3 00 40d1 000000");
  EXPECT_EQUAL(Rewrite(packet.c_str(), MappedRow()), Expected("bede0003 10a1 21b1b2 32c1c2c3 40d1 00"));
  EXPECT_EQUAL(Rewrite(packet.c_str(), MappedRow(3)), Expected("bede0003 40a1 51b1b2 62c1c2c3 70d1 00"));
  FanOutRow row = PlainRow();
  row.extension_map[2] = 9;
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("bede0001 91b1b2 00"));
  EXPECT_EQUAL(Rewrite(packet.c_str(), PlainRow()), FromHex("80 61 0001 00000001 0a0b0c0d"));
}

TEST("fan-out: the MID is added, with or without other extensions") {
  FanOutRow row = PlainRow();
  SetMid(&row, 4, "video0");
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), Expected("bede0002 45766964656f30 00"));
  row.extension_map[1] = 5;
  EXPECT_EQUAL(Rewrite(With("bede0001 10a10000").c_str(), row), Expected("bede0003 50a1 45766964656f30 000000"));
  SetMid(&row, 4, "fourteen-bytes");
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row),
               Expected("bede0004 4d666f75727465656e2d6279746573 00"));
  // Rows that make no sense.
  row.mid_length = 15;
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), FromHex("80 61 0001 00000001 0a0b0c0d"));
  row.mid_length = 0;
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), FromHex("80 61 0001 00000001 0a0b0c0d"));
  SetMid(&row, 15, "0");
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), FromHex("80 61 0001 00000001 0a0b0c0d"));
}

TEST("fan-out: the transport-wide number is added, with or without other extensions") {
  const uint16_t number = 0xabcd;
  FanOutRow row = PlainRow();
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row, &number), FromHex("80 61 0001 00000001 0a0b0c0d"));
  row.transport_sequence_id = 6;
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), FromHex("80 61 0001 00000001 0a0b0c0d"));
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row, &number), Expected("bede0001 61abcd 00"));
  row.extension_map[1] = 5;
  SetMid(&row, 4, "0");
  EXPECT_EQUAL(Rewrite(With("bede0001 10a10000").c_str(), row, &number), Expected("bede0002 50a1 4030 61abcd 00"));
  // An id above 14 needs the two-byte form.
  row.transport_sequence_id = 15;
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row, &number), Expected("bede0001 4030 0000"));
  row.flags = kRowTwoByteExtensions;
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row, &number),
               Expected("10000002 040130 0f02abcd 00"));
}

TEST("fan-out: two-byte extensions keep their form where the viewer takes it") {
  const std::string packet = With("10000004 0101a1 00 0200 0303c1c2c3 1401ff 0000");
  FanOutRow row = MappedRow();
  row.flags = kRowTwoByteExtensions;
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("10000003 0101a1 0200 0303c1c2c3 0000"));
  SetMid(&row, 8, "a");
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("10000004 0101a1 0200 0303c1c2c3 080161 000000"));
  // Without the flag: what has no one-byte form is left out.
  row.flags = 0;
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("bede0002 10a1 32c1c2c3 8061"));
}

TEST("fan-out: a two-byte element of 17 bytes fits no one-byte form") {
  const std::string packet = With("100f0006 0111 000102030405060708090a0b0c0d0e0f10 0201b1 0000");
  FanOutRow row = MappedRow();
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("bede0001 20b1 0000"));
  row.flags = kRowTwoByteExtensions;
  EXPECT_EQUAL(Rewrite(packet.c_str(), row),
               Expected("10000006 0111 000102030405060708090a0b0c0d0e0f10 0201b1 0000"));
  const std::string sixteen = With("10000005 0110 000102030405060708090a0b0c0d0e0f 0000");
  row.flags = 0;
  EXPECT_EQUAL(Rewrite(sixteen.c_str(), row), Expected("bede0005 1f 000102030405060708090a0b0c0d0e0f 000000"));
}

TEST("fan-out: ids above 14 need the two-byte form") {
  FanOutRow row = PlainRow();
  row.extension_map[1] = 15;
  row.extension_map[2] = 2;
  const std::string packet = With("bede0001 10a1 20b1");
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("bede0001 20b1 0000"));
  row.flags = kRowTwoByteExtensions;
  EXPECT_EQUAL(Rewrite(packet.c_str(), row), Expected("10000002 0f01a1 0201b1 0000"));
  row = PlainRow();
  row.flags = kRowTwoByteExtensions;
  SetMid(&row, 200, "m");
  EXPECT_EQUAL(Rewrite("80 60 0001 00000001 00000002 ff", row), Expected("10000001 c8016d 00"));
}

TEST("fan-out: malformed extensions give what stands before the fault") {
  // A length beyond the block; id 15; id 0 with a length.
  EXPECT_EQUAL(Rewrite(With("bede0001 10a1 23b1").c_str(), MappedRow()), Expected("bede0001 10a1 0000"));
  EXPECT_EQUAL(Rewrite(With("bede0002 10a1 f0b1 20b2 0000").c_str(), MappedRow()), Expected("bede0001 10a1 0000"));
  EXPECT_EQUAL(Rewrite(With("bede0002 10a1 01b1b1 20b2 00").c_str(), MappedRow()), Expected("bede0001 10a1 0000"));
  // A two-byte id without a length, and with one too large.
  EXPECT_EQUAL(Rewrite(With("10000001 0101a1 02").c_str(), MappedRow()), Expected("bede0001 10a1 0000"));
  EXPECT_EQUAL(Rewrite(With("10000002 0101a1 02 03 b1b2b3").c_str(), MappedRow()),
               Expected("bede0002 10a1 22b1b2b3 0000"));
  EXPECT_EQUAL(Rewrite(With("10000002 0101a1 02 04 b1b2b3").c_str(), MappedRow()), Expected("bede0001 10a1 0000"));
  // The byte after the block belongs to the payload, and is no length.
  EXPECT_EQUAL(Rewrite("90 60 0001 00000001 00000002 10000001 0101a1 02 01b1b1b1", MappedRow()),
               Expected("bede0001 10a1 0000"));
  // Another extension mechanism, and an empty block.
  EXPECT_EQUAL(Rewrite(With("abcd0001 10a1 20b1").c_str(), MappedRow()), FromHex("80 61 0001 00000001 0a0b0c0d"));
  EXPECT_EQUAL(Rewrite(With("bede0000").c_str(), MappedRow()), FromHex("80 61 0001 00000001 0a0b0c0d"));
}

TEST("fan-out: repeated ids are kept up to 16 elements") {
  EXPECT_EQUAL(Rewrite(With("bede000a 10011002 10031004 10051006 10071008 1009100a 100b100c 100d100e 100f1010 10111012"
                            "10131014").c_str(),
                       MappedRow()),
               Expected("bede0008 10011002 10031004 10051006 10071008 1009100a 100b100c 100d100e 100f1010"));
}

TEST("fan-out: random extension blocks never overrun, and give well-formed headers") {
  uint32_t random = 3;
  const auto next = [&random] { return random = random * 1664525 + 1013904223, random >> 16; };
  for (int round = 0; round < 20000; ++round) {
    Bytes packet = FromHex(next() % 2 != 0 ? "93 60 0001 00000001 00000002 aaaaaaaa bbbbbbbb cccccccc bede 0000"
                                           : "90 60 0001 00000001 00000002 1000 0000");
    const size_t words = next() % 40;
    packet.back() = static_cast<uint8_t>(words);
    // Small values often, so that elements end inside the block.
    for (size_t i = 0; i < 4 * words; ++i) {
      packet.push_back(static_cast<uint8_t>(next() % (next() % 2 != 0 ? 256 : 20)));
    }
    FanOutRow row = MappedRow(static_cast<uint8_t>(next() % 4));
    row.flags = static_cast<uint8_t>(next());
    if (next() % 2 != 0) SetMid(&row, static_cast<uint8_t>(next() % 20), "fourteen-bytes");
    if (next() % 2 != 0) row.transport_sequence_id = static_cast<uint8_t>(next() % 20);
    const auto number = static_cast<uint16_t>(next());
    RtpRewrite rewrite;
    REQUIRE(rewrite.Prepare(packet.data(), packet.size()));
    Bytes out(rewrite.max_header_length());
    out.resize(rewrite.Write(row, next() % 2 != 0 ? &number : nullptr, out.data()));
    RtpHeader header;
    REQUIRE(ParseRtpHeader(out.data(), out.size(), &header));
    EXPECT_EQUAL(header.header_length, out.size());
    EXPECT_EQUAL(int{header.csrc_count}, packet[0] & 15);
    // Rewriting what was written changes no more than the map does.
    RtpRewrite again;
    REQUIRE(again.Prepare(out.data(), out.size()));
    FanOutRow same = PlainRow();
    for (uint8_t id = 1; id <= 14; ++id) same.extension_map[id] = id;
    same.flags = row.flags;
    Bytes twice(again.max_header_length());
    twice.resize(again.Write(same, nullptr, twice.data()));
    const bool has_wide_ids = header.extension_profile == 0x1000;
    if (!has_wide_ids) EXPECT_EQUAL(twice, out);
  }
}
