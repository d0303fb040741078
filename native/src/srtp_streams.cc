#include "srtp_streams.h"

#include <algorithm>

bool EstimateSrtpIndex(uint64_t highest, uint16_t sequence, uint64_t* index) {
  // The signed 16-bit distance from the highest sequence number is what the nearest index differs by.
  const auto distance = static_cast<int16_t>(static_cast<uint16_t>(sequence - static_cast<uint16_t>(highest)));
  const int64_t estimate = static_cast<int64_t>(highest) + distance;
  if (estimate < 0 || estimate > static_cast<int64_t>(kMaxSrtpIndex)) return false;
  *index = static_cast<uint64_t>(estimate);
  return true;
}

SrtpSendStreams::Verdict SrtpSendStreams::Use(uint32_t ssrc, uint16_t sequence, bool retransmission, uint64_t* index) {
  using Window = IndexWindow<kSendWindowPackets>;
  const auto stream =
      std::find_if(streams_.begin(), streams_.end(), [ssrc](const Stream& entry) { return entry.ssrc == ssrc; });
  if (stream == streams_.end()) {
    if (streams_.size() >= kMaxSrtpStreams) return Verdict::kTooManyStreams;
    *index = sequence;
    streams_.push_back({ssrc, Window(*index)});
    return Verdict::kSend;
  }
  if (!EstimateSrtpIndex(stream->used.highest(), sequence, index)) return Verdict::kReused;
  switch (stream->used.Look(*index)) {
    case Window::Place::kNew:
      stream->used.Mark(*index);
      return Verdict::kSend;
    case Window::Place::kSeen:
      return retransmission ? Verdict::kSend : Verdict::kReused;
    case Window::Place::kTooOld:
      break;
  }
  return Verdict::kReused;
}

SrtpReceiveStreams::Stream* SrtpReceiveStreams::Find(uint32_t ssrc) {
  for (Stream& stream : streams_) {
    if (stream.ssrc == ssrc) return &stream;
  }
  return nullptr;
}

void SrtpReceiveStreams::Accept(Stream* stream, uint32_t ssrc, uint64_t index) {
  ++uses_;
  if (stream != nullptr) {
    stream->seen.Mark(index);
    stream->last_use = uses_;
    return;
  }
  const Stream fresh{ssrc, uses_, IndexWindow<kReplayWindowPackets>(index)};
  if (streams_.size() < kMaxSrtpStreams) {
    streams_.push_back(fresh);
    return;
  }
  *std::min_element(streams_.begin(), streams_.end(),
                    [](const Stream& a, const Stream& b) { return a.last_use < b.last_use; }) = fresh;
}
