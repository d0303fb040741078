// One viewer of one track: ROW of src/native/addon.ts, in native byte order.
#ifndef LIVE_WEBRTC_FAN_OUT_ROW_H_
#define LIVE_WEBRTC_FAN_OUT_ROW_H_

#include <cstddef>
#include <cstdint>

constexpr uint8_t kRowTwoByteExtensions = 0x01;
constexpr size_t kRowMaxMidLength = 14;
constexpr size_t kRowExtensionIds = 16;

struct FanOutRow {
  uint32_t peer;
  uint32_t ssrc;
  uint32_t timestamp_offset;
  uint16_t sequence_offset;
  uint8_t payload_type;
  uint8_t flags;
  uint8_t mid_extension_id;
  uint8_t mid_length;
  uint8_t mid[kRowMaxMidLength];
  uint8_t extension_map[kRowExtensionIds];
  double packets_sent;
  double octets_sent;
  double packets_dropped;
};

static_assert(sizeof(FanOutRow) == 72, "ROW.bytes");
static_assert(offsetof(FanOutRow, mid) == 18, "ROW.mid");
static_assert(offsetof(FanOutRow, extension_map) == 32, "ROW.extensionMap");
static_assert(offsetof(FanOutRow, packets_sent) == 48, "ROW.packetsSent");
static_assert(offsetof(FanOutRow, packets_dropped) == 64, "ROW.packetsDropped");

#endif  // LIVE_WEBRTC_FAN_OUT_ROW_H_
