#include "udp_sender.h"

#include <cerrno>
#include <cstring>

#include <netinet/udp.h>

#include "counters.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace {

// The kernel takes no more in one sendmmsg (UIO_MAXIOV).
constexpr size_t kMaxBatch = 1024;
// EINVAL may mean a segment larger than its path's MTU, as EMSGSIZE does on newer kernels, or a system that has the
// socket option and refuses its use. So many in a row, without one success, are taken for the latter.
constexpr int kMaxSegmentationFailures = 8;

bool IsSocketFull(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

// Whether single datagrams may go through where a segmented message did not. EMSGSIZE: a segment exceeds the path's
// MTU; EIO: the interface computes no checksums, or IPsec is in the way; the others: no GSO after all.
bool MaySendSingles(int error) {
  return error == EMSGSIZE || error == EINVAL || error == EIO || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

// Kernels without GSO ignore its ancillary data and would send one giant datagram; the option tells them apart.
bool KernelHasSegmentation(int fd) {
  const int off = 0;
  return setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &off, sizeof off) == 0;
}

// Appends one control message and returns the bytes it takes.
size_t AddControl(uint8_t* out, int level, int type, const void* data, size_t length) {
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(length);
  header.cmsg_level = level;
  header.cmsg_type = type;
  std::memset(out, 0, CMSG_SPACE(length));
  std::memcpy(out, &header, sizeof header);
  std::memcpy(out + CMSG_LEN(0), data, length);
  return CMSG_SPACE(length);
}

size_t AddSource(uint8_t* out, const SendTarget& target) {
  if (target.source_family == AF_INET) {
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<int>(target.interface_index);
    info.ipi_spec_dst = target.source_v4;
    return AddControl(out, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  }
  if (target.source_family == AF_INET6) {
    in6_pktinfo info{};
    info.ipi6_ifindex = target.interface_index;
    info.ipi6_addr = target.source_v6;
    return AddControl(out, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
  return 0;
}

// One bit for each of a message's datagrams.
uint64_t AllSegments(const SendMessage& message) {
  return message.segments >= 64 ? ~uint64_t{0} : (uint64_t{1} << message.segments) - 1;
}

}  // namespace

UdpSender::UdpSender(int fd, bool segmentation, double* counters)
    : fd_(fd),
      segmentation_(segmentation && KernelHasSegmentation(fd)),
      counters_(counters),
      headers_(kMaxBatch + kMaxSegments),
      vectors_(kMaxBatch + kMaxSegments),
      controls_(kMaxBatch + kMaxSegments) {}

void UdpSender::Prepare(size_t slot, const SendMessage& message) {
  Control& control = controls_[slot];
  size_t control_length = AddSource(control.bytes, *message.target);
  if (message.segments > 1) {
    control_length += AddControl(control.bytes + control_length, IPPROTO_UDP, UDP_SEGMENT, &message.segment_length,
                                 sizeof message.segment_length);
  }
  vectors_[slot] = {const_cast<uint8_t*>(message.data), message.length};
  msghdr& header = headers_[slot].msg_hdr;
  header.msg_name = const_cast<sockaddr_storage*>(&message.target->remote);
  header.msg_namelen = message.target->remote_length;
  header.msg_iov = &vectors_[slot];
  header.msg_iovlen = 1;
  header.msg_control = control_length > 0 ? control.bytes : nullptr;
  header.msg_controllen = control_length;
  header.msg_flags = 0;
}

bool UdpSender::SendOne(const SendTarget& target, const uint8_t* data, size_t length) {
  if (!target.valid || length > kMaxUdpPayload) {
    ++counters_[kSendErrors];
    return false;
  }
  SendMessage message{&target, data, length, static_cast<uint16_t>(length), 1, 0, 0};
  Send(&message, 1);
  return message.sent != 0;
}

void UdpSender::Send(SendMessage* messages, size_t count) {
  bool full = false;
  for (size_t first = 0; first < count;) {
    if (full) {
      CountDropped(&messages[first++]);
    } else if (messages[first].segments > 1 && !segmentation_) {
      SendSingles(&messages[first++], &full);
    } else {
      size_t length = 0;
      while (length < kMaxBatch && first + length < count &&
             (segmentation_ || messages[first + length].segments == 1)) {
        Prepare(length, messages[first + length]);
        ++length;
      }
      first += SendBlock(0, messages + first, length, &full);
    }
  }
}

size_t UdpSender::SendBlock(size_t slot, SendMessage* messages, size_t count, bool* full) {
  size_t done = 0;
  while (done < count) {
    const int taken = sendmmsg(fd_, &headers_[slot + done], static_cast<unsigned>(count - done), MSG_DONTWAIT);
    const int error = errno;
    ++counters_[kSendCalls];
    if (taken > 0) {
      for (int i = 0; i < taken; ++i) CountSent(&messages[done++]);
      continue;
    }
    if (IsSocketFull(error)) {
      *full = true;
      return done;
    }
    SendMessage* refused = &messages[done++];
    if (refused->segments > 1 && MaySendSingles(error)) {
      SendSingles(refused, full);
      if (refused->sent != 0) NoteSegmentationError(error);
      if (*full || !segmentation_) return done;
    } else {
      counters_[kSendErrors] += refused->segments;
    }
  }
  return done;
}

void UdpSender::NoteSegmentationError(int error) {
  // A segment larger than its path's MTU says nothing of other paths.
  if (error == EMSGSIZE) return;
  ++segmentation_failures_;
  if (error != EINVAL || segmentation_failures_ >= kMaxSegmentationFailures) segmentation_ = false;
}

void UdpSender::SendSingles(SendMessage* message, bool* full) {
  SendMessage singles[kMaxSegments];
  size_t offset = 0;
  for (size_t i = 0; i < message->segments; ++i) {
    const size_t rest = message->length - offset;
    const size_t length = rest < message->segment_length ? rest : message->segment_length;
    singles[i] = {message->target, message->data + offset, length, static_cast<uint16_t>(length), 1, 0, 0};
    Prepare(kMaxBatch + i, singles[i]);
    offset += length;
  }
  size_t done = SendBlock(kMaxBatch, singles, message->segments, full);
  while (done < message->segments) CountDropped(&singles[done++]);
  for (size_t i = 0; i < message->segments; ++i) {
    message->sent |= singles[i].sent << i;
    message->dropped |= singles[i].dropped << i;
  }
}

void UdpSender::CountSent(SendMessage* message) {
  message->sent = AllSegments(*message);
  counters_[kDatagramsSent] += message->segments;
  counters_[kBytesSent] += static_cast<double>(message->length);
  if (message->segments > 1) {
    ++counters_[kSegmentedSends];
    segmentation_failures_ = 0;
  }
}

void UdpSender::CountDropped(SendMessage* message) {
  message->dropped = AllSegments(*message);
  counters_[kDroppedSocketFull] += message->segments;
}
