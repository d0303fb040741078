// Datagrams on their way to peers behind streams (TCP): JavaScript owns the sockets and takes what has come together
// here at the end of each call. Each datagram is framed as RFC 4571 2 wants it.
#ifndef LIVE_WEBRTC_STREAM_OUTBOX_H_
#define LIVE_WEBRTC_STREAM_OUTBOX_H_

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

class StreamOutbox {
 public:
  // Before the frames of each run of datagrams to one stream: its id and the bytes that follow, native order.
  static constexpr size_t kEntryHeaderLength = 8;
  static constexpr size_t kFrameHeaderLength = 2;
  static constexpr size_t kMaxFrameLength = 0xffff;

  // `counters` is the transport's array (counters.h).
  explicit StreamOutbox(double* counters) : counters_(counters) {}
  StreamOutbox(const StreamOutbox&) = delete;
  StreamOutbox& operator=(const StreamOutbox&) = delete;

  // False where the datagram is dropped: the stream is blocked, or no frame can hold it.
  bool Add(uint32_t stream, const uint8_t* datagram, size_t length);
  // A blocked stream takes nothing: its socket has enough to send.
  void SetBlocked(uint32_t stream, bool blocked);

  bool empty() const { return bytes_.empty(); }
  // Everything, in the order in which it was added.
  std::vector<uint8_t> Take();

 private:
  double* counters_;
  std::unordered_set<uint32_t> blocked_;
  std::vector<uint8_t> bytes_;
  // The last entry: its stream and where it starts; nothing while bytes_ is empty.
  uint32_t last_stream_ = 0;
  size_t last_entry_ = 0;
};

#endif  // LIVE_WEBRTC_STREAM_OUTBOX_H_
