// Writes the records that go to JavaScript with a batch (BATCH_LAYOUT.md).
#ifndef LIVE_WEBRTC_BATCH_WRITER_H_
#define LIVE_WEBRTC_BATCH_WRITER_H_

#include <cstddef>
#include <cstdint>

#include "receive_batch.h"

// RECORD_KIND in src/native/addon.ts.
enum class RecordKind : uint32_t { kNone = 0, kStun, kRtp, kRtcp, kDtlsConnected, kDtlsFailed, kDtlsClosed };

// RECORD in src/native/addon.ts.
struct Record {
  uint32_t kind;
  uint32_t peer;
  uint32_t offset;
  uint32_t length;
  uint32_t detail;
  uint32_t sequence;
  uint32_t timestamp;
  uint32_t header_length;
};
constexpr size_t kRecordWords = 8;
static_assert(sizeof(Record) == kRecordWords * sizeof(uint32_t), "RECORD_WORDS in src/native/addon.ts");

// A datagram gives at most one record.
constexpr size_t kMaxRecords = kSlotCount;

class BatchWriter {
 public:
  // `records` has room for kMaxRecords and outlives this.
  explicit BatchWriter(Record* records) : records_(records) {}

  void Clear() { count_ = 0; }
  size_t count() const { return count_; }
  bool full() const { return count_ == kMaxRecords; }
  // A zeroed record; not when full.
  Record* Add(RecordKind kind, uint32_t peer) {
    Record* record = &records_[count_++];
    *record = Record{};
    record->kind = static_cast<uint32_t>(kind);
    record->peer = peer;
    return record;
  }

 private:
  Record* records_;
  size_t count_ = 0;
};

#endif  // LIVE_WEBRTC_BATCH_WRITER_H_
