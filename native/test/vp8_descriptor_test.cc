// Continuity of VP8's picture id and TL0PICIDX (RFC 7741 4.2).
#include "../src/vp8_descriptor.h"

#include "../src/rtp_rewrite.h"
#include "check.h"

namespace {

FanOutRow Vp8Row(uint16_t picture_id_offset, uint8_t tl0_picture_index_offset) {
  FanOutRow row{};
  row.flags = kRowVp8;
  row.vp8_picture_id_offset = picture_id_offset;
  row.vp8_tl0_picture_index_offset = tl0_picture_index_offset;
  return row;
}

// The payload that a row gives. The buffers have exactly the size promised, for the sanitizer.
Bytes Rewrite(const Bytes& payload, const FanOutRow& row, bool padded = false) {
  Bytes packet = FromHex(padded ? "a0 60 0001 00000001 00000002" : "80 60 0001 00000001 00000002");
  packet.insert(packet.end(), payload.begin(), payload.end());
  packet.shrink_to_fit();
  RtpRewrite rewrite;
  if (!rewrite.Prepare(packet.data(), packet.size())) return {};
  Bytes out(payload.size());
  const uint8_t* written = rewrite.WritePayload(row, out.data());
  return Bytes(written, written + rewrite.payload_length());
}

Bytes Rewrite(const char* hex, const FanOutRow& row) { return Rewrite(FromHex(hex), row); }

}  // namespace

TEST("fan-out: VP8 picture ids of 15 bits and TL0PICIDX are added modulo their size") {
  EXPECT_EQUAL(Rewrite("90 e0 8001 02 40 aabb", Vp8Row(0x0102, 5)), FromHex("90 e0 8103 07 40 aabb"));
  EXPECT_EQUAL(Rewrite("90 f0 ffff ff 5f aabb", Vp8Row(2, 3)), FromHex("90 f0 8001 02 5f aabb"));
  EXPECT_EQUAL(Rewrite("90 80 ffff aabb", Vp8Row(0x7fff, 3)), FromHex("90 80 fffe aabb"));
  EXPECT_EQUAL(Rewrite("90 80 8000 aabb", Vp8Row(0xffff, 3)), FromHex("90 80 ffff aabb"));
}

TEST("fan-out: VP8 picture ids of 7 bits are added modulo 128") {
  EXPECT_EQUAL(Rewrite("90 80 7e aabb", Vp8Row(0x0103, 9)), FromHex("90 80 01 aabb"));
  EXPECT_EQUAL(Rewrite("90 c0 7e 01 aabb", Vp8Row(0x7fff, 0xff)), FromHex("90 c0 7d 00 aabb"));
}

TEST("fan-out: a VP8 descriptor keeps the fields that it has not") {
  const FanOutRow row = Vp8Row(1, 1);
  EXPECT_EQUAL(Rewrite("10 aabbccddee", row), FromHex("10 aabbccddee"));
  EXPECT_EQUAL(Rewrite("90 00 aabbccddee", row), FromHex("90 00 aabbccddee"));
  EXPECT_EQUAL(Rewrite("90 30 e1 aabbccdd", row), FromHex("90 30 e1 aabbccdd"));
  EXPECT_EQUAL(Rewrite("90 60 01 e1 aabbcc", row), FromHex("90 60 02 e1 aabbcc"));
  // What comes after the descriptor is not looked at; there may be nothing.
  EXPECT_EQUAL(Rewrite("90 e0 8001 02 40", row), FromHex("90 e0 8002 03 40"));
}

TEST("fan-out: rows without the flag leave VP8 alone") {
  FanOutRow row = Vp8Row(1, 1);
  row.flags = kRowTwoByteExtensions;
  EXPECT_EQUAL(Rewrite("90 e0 8001 02 40 aabb", row), FromHex("90 e0 8001 02 40 aabb"));
}

TEST("fan-out: a VP8 descriptor that is cut short stays as it is") {
  const Bytes whole = FromHex("90 e0 8001 02 40");
  for (size_t length = 0; length < whole.size(); ++length) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQUAL(Rewrite(cut, Vp8Row(1, 1)), cut);
  }
  // Padding is no part of it (RFC 3550 5.1).
  EXPECT_EQUAL(Rewrite(FromHex("90 e0 8001 02 01"), Vp8Row(1, 1), true), FromHex("90 e0 8001 02 01"));
  EXPECT_EQUAL(Rewrite(FromHex("90 c0 8001 02 01"), Vp8Row(1, 1), true), FromHex("90 c0 8002 03 01"));
}

TEST("fan-out: random VP8 descriptors change in their fields only") {
  uint32_t random = 5;
  const auto next = [&random] { return random = random * 1664525 + 1013904223, random >> 16; };
  for (int round = 0; round < 20000; ++round) {
    Bytes payload(next() % 8);
    for (uint8_t& byte : payload) byte = static_cast<uint8_t>(next());
    const auto offset = static_cast<uint16_t>(next());
    const auto tl0 = static_cast<uint8_t>(next());
    const Bytes there = Rewrite(payload, Vp8Row(offset, tl0));
    const Bytes back = Rewrite(there, Vp8Row(static_cast<uint16_t>(-offset), static_cast<uint8_t>(-tl0)));
    EXPECT_EQUAL(back, payload);
    const Vp8Descriptor fields = ParseVp8Descriptor(payload.data(), payload.size());
    for (size_t i = 0; i < payload.size(); ++i) {
      const bool is_field = fields.has_fields() && (i == fields.tl0_picture_index || i == fields.picture_id ||
                                                    (fields.wide_picture_id && i == fields.picture_id + 1u));
      if (!is_field || i == 0) EXPECT_EQUAL(int{there[i]}, int{payload[i]});
    }
  }
}
