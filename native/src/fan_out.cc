#include "fan_out.h"

#include <cstring>

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

FanOut::FanOut(UdpSender* sender, double* counters)
    : udp_(sender), counters_(counters), buffer_(new uint8_t[kBufferLength]) {}

size_t FanOut::Send(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count,
                    uint8_t* rows, size_t row_count, bool retransmission, FanOutLookup lookup, void* context) {
  sent_ = 0;
  Parse(source, source_length, packets, packet_count);
  if (packets_.empty()) return 0;
  for (size_t i = 0; i < row_count; ++i) {
    uint8_t* row_bytes = rows + i * sizeof(FanOutRow);
    FanOutRow row;
    std::memcpy(&row, row_bytes, sizeof row);
    if (row.peer == 0) continue;
    const FanOutPeer peer = lookup(context, row.peer);
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
  const size_t overhead = peer.sender->rtp_overhead();
  for (const RtpRewrite& packet : packets_) {
    const size_t most = packet.max_header_length() + packet.payload_length() + overhead;
    if (most > kMaxUdpPayload) {
      ++counters_[kSendErrors];
      continue;
    }
    if (most > kBufferLength - used_) Flush();
    uint8_t* out = buffer_.get() + used_;
    const size_t header_length = packet.Write(row, out);
    const uint8_t* payload = packet.WritePayload(row, out + header_length);
    const size_t length = peer.sender->ProtectRtp(out, header_length, payload, packet.payload_length(), retransmission,
                                                  out, kBufferLength - used_);
    if (length > 0) {
      Add(row_bytes, peer.target, length, packet.payload_octets());
    } else {
      ++counters_[peer.sender->refusal() == SrtpSender::Refusal::kReusedIndex ? kReusedIndexes : kSendErrors];
    }
  }
}

void FanOut::Add(uint8_t* row_bytes, const SendTarget* target, size_t length, size_t payload_octets) {
  const uint8_t* data = buffer_.get() + used_;
  used_ += length;
  octets_.push_back(static_cast<uint32_t>(payload_octets));
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
  messages_.push_back({target, data, length, static_cast<uint16_t>(length), 1, 0, 0});
  pending_.push_back({row_bytes, octets_.size() - 1});
}

void FanOut::Flush() {
  udp_->Send(messages_.data(), messages_.size());
  for (size_t i = 0; i < messages_.size(); ++i) {
    const SendMessage& message = messages_[i];
    const uint32_t* octets = &octets_[pending_[i].first_datagram];
    size_t sent = 0;
    size_t dropped = 0;
    double sent_octets = 0;
    for (size_t segment = 0; segment < message.segments; ++segment) {
      if ((message.sent >> segment & 1) != 0) {
        ++sent;
        sent_octets += octets[segment];
      }
      dropped += message.dropped >> segment & 1;
    }
    uint8_t* row = pending_[i].row;
    AddToRow(row, offsetof(FanOutRow, packets_sent), static_cast<double>(sent));
    AddToRow(row, offsetof(FanOutRow, octets_sent), sent_octets);
    if (dropped > 0) AddToRow(row, offsetof(FanOutRow, packets_dropped), static_cast<double>(dropped));
    sent_ += sent;
  }
  messages_.clear();
  pending_.clear();
  octets_.clear();
  used_ = 0;
}
