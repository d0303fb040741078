// One viewer of one track: ROW of src/native/addon.ts, in native byte order.
#ifndef LIVE_WEBRTC_FAN_OUT_ROW_H_
#define LIVE_WEBRTC_FAN_OUT_ROW_H_

#include <cstddef>
#include <cstdint>

// ROW_FLAG in src/native/addon.ts.
constexpr uint8_t kRowTwoByteExtensions = 0x01;
constexpr uint8_t kRowVp8 = 0x02;
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
  uint16_t vp8_picture_id_offset;
  uint8_t vp8_tl0_picture_index_offset;
  uint8_t transport_sequence_id;
  uint8_t unused[4];
  double packets_sent;
  double octets_sent;
  double packets_dropped;
};

static_assert(sizeof(FanOutRow) == 80, "ROW.bytes");
static_assert(offsetof(FanOutRow, mid) == 18, "ROW.mid");
static_assert(offsetof(FanOutRow, extension_map) == 32, "ROW.extensionMap");
static_assert(offsetof(FanOutRow, vp8_picture_id_offset) == 48, "ROW.vp8PictureIdOffset");
static_assert(offsetof(FanOutRow, vp8_tl0_picture_index_offset) == 50, "ROW.vp8Tl0PictureIndexOffset");
static_assert(offsetof(FanOutRow, transport_sequence_id) == 51, "ROW.transportSequenceId");
static_assert(offsetof(FanOutRow, packets_sent) == 56, "ROW.packetsSent");
static_assert(offsetof(FanOutRow, packets_dropped) == 72, "ROW.packetsDropped");

#endif  // LIVE_WEBRTC_FAN_OUT_ROW_H_
