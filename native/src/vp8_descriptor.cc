#include "vp8_descriptor.h"

#include "bytes.h"

namespace {

constexpr uint8_t kExtendedControl = 0x80;  // X
constexpr uint8_t kHasPictureId = 0x80;     // I
constexpr uint8_t kHasTl0PicIdx = 0x40;     // L
constexpr uint8_t kHasTidOrKeyIdx = 0x30;   // T, K: one byte for both
constexpr uint8_t kWidePictureId = 0x80;    // M

}  // namespace

Vp8Descriptor ParseVp8Descriptor(const uint8_t* payload, size_t length) {
  Vp8Descriptor descriptor;
  if (length < 2 || (payload[0] & kExtendedControl) == 0) return {};
  const uint8_t present = payload[1];
  uint8_t offset = 2;
  if ((present & kHasPictureId) != 0) {
    if (length <= offset) return {};
    descriptor.picture_id = offset;
    descriptor.wide_picture_id = (payload[offset] & kWidePictureId) != 0;
    offset = static_cast<uint8_t>(offset + (descriptor.wide_picture_id ? 2 : 1));
  }
  if ((present & kHasTl0PicIdx) != 0) descriptor.tl0_picture_index = offset++;
  if ((present & kHasTidOrKeyIdx) != 0) ++offset;
  return offset <= length ? descriptor : Vp8Descriptor{};
}

void RewriteVp8Descriptor(const Vp8Descriptor& descriptor, const FanOutRow& row, uint8_t* payload) {
  if (descriptor.picture_id != 0) {
    uint8_t* field = payload + descriptor.picture_id;
    if (descriptor.wide_picture_id) {
      const int picture_id = ReadU16(field) + row.vp8_picture_id_offset;
      WriteU16(field, static_cast<uint16_t>(kWidePictureId << 8 | (picture_id & 0x7fff)));
    } else {
      *field = static_cast<uint8_t>((*field + row.vp8_picture_id_offset) & 0x7f);
    }
  }
  if (descriptor.tl0_picture_index != 0) {
    uint8_t* field = payload + descriptor.tl0_picture_index;
    *field = static_cast<uint8_t>(*field + row.vp8_tl0_picture_index_offset);
  }
}
