#include "fan_out.h"

#include <cstring>
#include <utility>

#include "counters.h"

namespace {

// Encrypted packets wait here for one sendmmsg: some 400 of 1200 bytes, which stay in the processor's second-level
// cache until the kernel copies them. Holds at least one packet of any size.
constexpr size_t kBufferLength = 512 * 1024;

// Adds to one of a row's counters; the row may lie anywhere.
void AddToRow(uint8_t* row_bytes, size_t offset, double amount) {
  double value;
  std::memcpy(&value, row_bytes + offset, sizeof value);
  value += amount;
  std::memcpy(row_bytes + offset, &value, sizeof value);
}

}  // namespace

FanOut::FanOut(const DatagramSender& sender, double* counters)
    : udp_(sender.udp), streams_(sender.streams), counters_(counters), buffer_(new uint8_t[kBufferLength]) {}

size_t FanOut::Send(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count,
                    uint8_t* rows, size_t row_count, bool retransmission, FanOutLookup lookup, void* context) {
  sent_ = 0;
  Parse(source, source_length, packets, packet_count);
  if (packets_.empty()) return 0;
  const auto find = [&](size_t index) {
    uint32_t handle = 0;
    if (index < row_count) {
      std::memcpy(&handle, rows + index * sizeof(FanOutRow) + offsetof(FanOutRow, peer), sizeof handle);
    }
    return handle != 0 ? lookup(context, handle) : FanOutPeer{};
  };
  FanOutPeer next = find(0);
  for (size_t i = 0; i < row_count; ++i) {
    // Each viewer has 2 kB of its own, which other work has pushed out of the cache since the last packets.
    const FanOutPeer peer = std::exchange(next, find(i + 1));
    if (next.sender != nullptr) next.sender->Prefetch();
    uint8_t* row_bytes = rows + i * sizeof(FanOutRow);
    FanOutRow row;
    std::memcpy(&row, row_bytes, sizeof row);
    if (row.peer == 0) continue;
    if (peer.sender == nullptr || peer.target == nullptr || !peer.target->valid) {
      AddToRow(row_bytes, offsetof(FanOutRow, packets_dropped), static_cast<double>(packets_.size()));
      continue;
    }
    SendRow(row_bytes, row, peer, retransmission);
  }
  Flush();
  return sent_;
}

void FanOut::Parse(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count) {
  packets_.clear();
  for (size_t i = 0; i < packet_count; ++i) {
    const size_t offset = packets[2 * i];
    const size_t length = packets[2 * i + 1];
    RtpRewrite packet;
    if (offset > source_length || length > source_length - offset || !packet.Prepare(source + offset, length)) {
      ++counters_[kSendErrors];
      continue;
    }
    packets_.push_back(packet);
  }
}

void FanOut::SendRow(uint8_t* row_bytes, const FanOutRow& row, const FanOutPeer& peer, bool retransmission) {
  if (retransmission && row.transport_sequence_id != 0) {
    counters_[kReusedIndexes] += static_cast<double>(packets_.size());
    return;
  }
  const size_t overhead = peer.sender->rtp_overhead();
  SendHistory* sends = row.transport_sequence_id != 0 ? peer.sends : nullptr;
  for (const RtpRewrite& packet : packets_) {
    const size_t most = packet.max_header_length() + packet.payload_length() + overhead;
    if (most > kMaxUdpPayload) {
      ++counters_[kSendErrors];
      continue;
    }
    if (most > kBufferLength - used_) Flush();
    uint8_t* out = buffer_.get() + used_;
    const uint16_t number = sends != nullptr ? sends->next() : uint16_t{0};
    const size_t header_length = packet.Write(row, sends != nullptr ? &number : nullptr, out);
    const uint8_t* payload = packet.WritePayload(row, out + header_length);
    const size_t length = peer.sender->ProtectRtp(out, header_length, payload, packet.payload_length(), retransmission,
                                                  out, kBufferLength - used_);
    if (length > 0) {
      if (sends != nullptr) sends->UseNext();
      Add(row_bytes, peer.target, sends,
          {static_cast<uint32_t>(packet.payload_octets()), number, static_cast<uint16_t>(length)});
    } else {
      ++counters_[peer.sender->refusal() == SrtpSender::Refusal::kReusedIndex ? kReusedIndexes : kSendErrors];
    }
  }
}

void FanOut::Add(uint8_t* row_bytes, const SendTarget* target, SendHistory* sends, const Datagram& datagram) {
  if (target->stream != 0) return AddToStream(row_bytes, target->stream, sends, datagram);
  const uint8_t* data = buffer_.get() + used_;
  const size_t length = datagram.length;
  used_ += length;
  datagrams_.push_back(datagram);
  if (sends != nullptr) has_numbers_ = true;
  if (udp_->segmentation() && !messages_.empty() && pending_.back().row == row_bytes) {
    SendMessage& last = messages_.back();
    // A datagram shorter than the others ends its message.
    const bool open = last.length == size_t{last.segments} * last.segment_length;
    if (open && length <= last.segment_length && last.segments < kMaxSegments &&
        last.length + length <= kMaxUdpPayload) {
      last.length += length;
      ++last.segments;
      return;
    }
  }
  messages_.push_back({target, data, length, datagram.length, 1, 0, 0});
  pending_.push_back({row_bytes, sends, datagrams_.size() - 1});
}

void FanOut::AddToStream(uint8_t* row_bytes, uint32_t stream, SendHistory* sends, const Datagram& datagram) {
  const bool taken = streams_->Add(stream, buffer_.get() + used_, datagram.length);
  if (sends != nullptr) sends->Note(datagram.transport_sequence, MonotonicNanoseconds(), datagram.length, taken);
  if (taken) {
    AddToRow(row_bytes, offsetof(FanOutRow, packets_sent), 1);
    AddToRow(row_bytes, offsetof(FanOutRow, octets_sent), datagram.payload_octets);
    ++sent_;
  } else {
    AddToRow(row_bytes, offsetof(FanOutRow, packets_dropped), 1);
  }
}

void FanOut::Flush() {
  const int64_t time = has_numbers_ ? MonotonicNanoseconds() : 0;
  udp_->Send(messages_.data(), messages_.size());
  for (size_t i = 0; i < messages_.size(); ++i) CountFlushed(messages_[i], pending_[i], time);
  messages_.clear();
  pending_.clear();
  datagrams_.clear();
  has_numbers_ = false;
  used_ = 0;
}

void FanOut::CountFlushed(const SendMessage& message, const Pending& pending, int64_t time) {
  const Datagram* datagrams = &datagrams_[pending.first_datagram];
  size_t sent = 0;
  size_t dropped = 0;
  double sent_octets = 0;
  for (size_t segment = 0; segment < message.segments; ++segment) {
    const Datagram& datagram = datagrams[segment];
    const bool taken = (message.sent >> segment & 1) != 0;
    if (taken) {
      ++sent;
      sent_octets += datagram.payload_octets;
    }
    dropped += message.dropped >> segment & 1;
    if (pending.sends != nullptr) {
      pending.sends->Note(datagram.transport_sequence, time, datagram.length, taken);
    }
  }
  AddToRow(pending.row, offsetof(FanOutRow, packets_sent), static_cast<double>(sent));
  AddToRow(pending.row, offsetof(FanOutRow, octets_sent), sent_octets);
  if (dropped > 0) AddToRow(pending.row, offsetof(FanOutRow, packets_dropped), static_cast<double>(dropped));
  sent_ += sent;
}
