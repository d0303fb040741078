#include "transport.h"

#include <algorithm>
#include <cstring>

#include "bytes.h"
#include "dtls_record.h"
#include "rtp_extension.h"
#include "rtp_header.h"

namespace {

// After so many reads in a row the event loop goes on: timers and other sockets want their turn too. What is left in
// the socket wakes it up again.
constexpr int kReadsPerWakeUp = 4;

constexpr size_t kMinStunBytes = 20;  // RFC 8489 5
constexpr size_t kMinDtlsBytes = 13;  // RFC 6347 4.1
constexpr size_t kMinRtcpBytes = 8;   // RFC 3550 6.4.2

enum class Protocol { kStun, kDtls, kRtp, kRtcp, kUnknown };

// RFC 7983 7 by the first byte; RTP and RTCP apart by the second (RFC 5761 4).
Protocol Classify(const uint8_t* datagram, size_t length) {
  if (length < 2) return Protocol::kUnknown;
  const uint8_t first = datagram[0];
  if (first <= 3) return length >= kMinStunBytes ? Protocol::kStun : Protocol::kUnknown;
  if (first >= 20 && first <= 63) return length >= kMinDtlsBytes ? Protocol::kDtls : Protocol::kUnknown;
  if (first < 128 || first > 191) return Protocol::kUnknown;
  const uint8_t payload_type = datagram[1] & 0x7f;
  if (payload_type >= 64 && payload_type <= 95) return length >= kMinRtcpBytes ? Protocol::kRtcp : Protocol::kUnknown;
  return length >= kRtpFixedHeaderLength ? Protocol::kRtp : Protocol::kUnknown;
}

FanOutPeer LookUp(void* table, uint32_t handle) {
  const Peer* peer = static_cast<const PeerTable*>(table)->Find(handle);
  if (peer == nullptr || !peer->target.valid) return {};
  return {&peer->target, peer->sender.get(), peer->sends.get()};
}

}  // namespace

Transport::Transport(std::unique_ptr<UdpSocket> socket, std::unique_ptr<DtlsContext> dtls_context, bool segmentation,
                     bool streams, std::shared_ptr<TransportMemory> memory, TransportListener* listener)
    : memory_(std::move(memory)),
      listener_(listener),
      socket_(std::move(socket)),
      udp_sender_(socket_->fd(), segmentation, memory_->counters),
      has_streams_(streams),
      stream_outbox_(memory_->counters),
      datagrams_{&udp_sender_, &stream_outbox_},
      dtls_context_(std::move(dtls_context)),
      peers_(std::make_unique<PeerTable>(dtls_context_.get(), &datagrams_)),
      fan_out_(datagrams_, memory_->counters),
      receive_batch_(memory_->data),
      writer_(memory_->records) {}

Transport::~Transport() { Close(); }

void Transport::OnReadable() {
  ReadSocket();
  ContinueHandshakes();
  FlushEvents();
}

void Transport::ReadSocket() {
  for (int read = 0; read < kReadsPerWakeUp && !closed(); ++read) {
    const size_t received = receive_batch_.Read(socket_->fd());
    if (received == 0) return;
    FlushEvents();
    if (closed()) return;
    writer_.Clear();
    for (size_t slot = 0; slot < received; ++slot) ProcessSlot(slot);
    HandOver();
    if (received < kSlotCount) return;
  }
}

void Transport::ReceiveFromStream(const Route& route, const uint8_t* source, const uint32_t* datagrams, size_t count) {
  writer_.Clear();
  for (size_t slot = 0; slot < count; ++slot) {
    const size_t length = datagrams[2 * slot + 1];
    const bool fits = length <= kMaxDatagramBytes;
    if (fits) std::memcpy(receive_batch_.datagram(slot), source + datagrams[2 * slot], length);
    ProcessDatagram(slot, length, fits ? &route : nullptr);
  }
  HandOver();
  if (!handshakes_.empty()) listener_->OnHandshakesWaiting();
}

void Transport::HandOver() {
  if (writer_.count() == 0) return;
  in_batch_ = true;
  listener_->OnBatch(writer_.count());
  in_batch_ = false;
}

void Transport::FlushEvents() {
  while (!closed() && !events_.empty()) {
    writer_.Clear();
    WriteEvents();
    HandOver();
  }
}

void Transport::WriteEvents() {
  const size_t count = std::min(events_.size(), kMaxRecords);
  for (size_t i = 0; i < count; ++i) {
    const Peer* peer = peers_->Find(events_[i].first);
    if (peer != nullptr) AddEvent(events_[i].second, *peer);
  }
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Transport::ProcessSlot(size_t slot) {
  Route route;
  const bool known = !receive_batch_.truncated(slot) && receive_batch_.route(slot, &route);
  ProcessDatagram(slot, receive_batch_.length(slot), known ? &route : nullptr);
}

void Transport::ProcessDatagram(size_t slot, size_t length, const Route* route) {
  Count(kDatagramsReceived);
  Count(kBytesReceived, static_cast<double>(length));
  const uint8_t* datagram = receive_batch_.datagram(slot);
  const Protocol protocol = route == nullptr ? Protocol::kUnknown : Classify(datagram, length);
  if (protocol == Protocol::kUnknown) return Count(kDroppedMalformed);
  if (protocol == Protocol::kStun) return ProcessStun(slot, length, *route);
  Peer* peer = peers_->FindByRemote(KeyOf(*route));
  if (peer == nullptr) return Count(kDroppedUnknownAddress);
  switch (protocol) {
    case Protocol::kDtls:
      return ProcessDtls(peer, datagram, length);
    case Protocol::kRtp:
      return ProcessRtp(peer, slot, length);
    default:
      return ProcessRtcp(peer, slot, length);
  }
}

void Transport::ProcessStun(size_t slot, size_t length, const Route& route) {
  const Peer* peer = peers_->FindByRemote(KeyOf(route));
  const uint32_t offset = static_cast<uint32_t>(slot * kSlotBytes);
  std::memcpy(memory_->data + offset + kMaxDatagramBytes, &route, sizeof route);
  Record* record = writer_.Add(RecordKind::kStun, peer == nullptr ? 0 : peer->handle);
  record->offset = offset;
  record->length = static_cast<uint32_t>(length);
  record->detail = offset + static_cast<uint32_t>(kMaxDatagramBytes);
}

void Transport::ProcessDtls(Peer* peer, const uint8_t* datagram, size_t length) {
  if (!IsDtlsDatagram(datagram, length)) return Count(kDroppedMalformed);
  // The end of a handshake costs little, and packets may come behind it in the same read. What waits of the peer goes
  // first.
  if (IsPastKeyExchange(datagram) && !handshakes_.HasOf(peer->handle)) {
    const RecordKind event = ReceiveDtls(peer, datagram, length);
    if (event != RecordKind::kNone) AddEvent(event, *peer);
  } else if (!handshakes_.Add(peer->handle, datagram, length)) {
    Count(kDroppedNotReady);
  }
}

RecordKind Transport::ReceiveDtls(Peer* peer, const uint8_t* datagram, size_t length) {
  const DtlsState before = peer->dtls.state();
  if (!peer->dtls.Receive(datagram, length)) Count(kDroppedNotReady);
  return EventAfter(peer, before);
}

void Transport::ContinueHandshakes() {
  HandshakeBudget budget;
  while (!closed() && !handshakes_.empty() && !budget.IsSpent()) {
    const HandshakeQueue::Waiting next = handshakes_.Take();
    Peer* peer = peers_->Find(next.peer);
    if (peer == nullptr) continue;
    const int64_t start = MonotonicNanoseconds();
    const RecordKind event = ReceiveDtls(peer, next.datagram.data(), next.datagram.size());
    const int64_t spent = MonotonicNanoseconds() - start;
    budget.Spend(spent);
    Count(kHandshakeMicroseconds, static_cast<double>(spent) / 1000);
    if (event != RecordKind::kNone) events_.emplace_back(peer->handle, event);
  }
  if (!handshakes_.empty()) listener_->OnHandshakesWaiting();
}

RecordKind Transport::EventAfter(Peer* peer, DtlsState before) {
  const DtlsState after = peer->dtls.state();
  if (after == before) return RecordKind::kNone;
  if (after == DtlsState::kFailed) return RecordKind::kDtlsFailed;
  if (after == DtlsState::kClosed) return RecordKind::kDtlsClosed;
  if (after != DtlsState::kConnected) return RecordKind::kNone;
  SrtpKeyingMaterial keys;
  if (peer->dtls.TakeKeys(&keys)) {
    peer->sender = SrtpSender::Create(keys.profile, keys.local_key, keys.local_salt);
    peer->receiver = SrtpReceiver::Create(keys.profile, keys.remote_key, keys.remote_salt);
    peer->profile = keys.profile;
  }
  if (peer->sender && peer->receiver) return RecordKind::kDtlsConnected;
  peer->dtls.Abort();
  return RecordKind::kDtlsFailed;
}

void Transport::AddEvent(RecordKind kind, const Peer& peer) {
  Record* record = writer_.Add(kind, peer.handle);
  if (kind == RecordKind::kDtlsConnected) record->detail = static_cast<uint32_t>(peer.profile);
  if (kind == RecordKind::kDtlsFailed) record->detail = static_cast<uint32_t>(peer.dtls.failure());
}

bool Transport::Accept(Peer* peer, SrtpReceiver::Result result) {
  switch (result) {
    case SrtpReceiver::Result::kOk:
      peer->dtls.OnPeerReady();
      return true;
    case SrtpReceiver::Result::kAuthenticationFailure:
      Count(kAuthenticationFailures);
      return false;
    case SrtpReceiver::Result::kReplay:
      Count(kReplays);
      return false;
    case SrtpReceiver::Result::kMalformed:
      break;
  }
  Count(kDroppedMalformed);
  return false;
}

void Transport::ProcessRtp(Peer* peer, size_t slot, size_t received) {
  if (!peer->receiver) return Count(kDroppedNotReady);
  uint8_t* packet = receive_batch_.datagram(slot);
  size_t length = 0;
  if (!Accept(peer, peer->receiver->UnprotectRtp(packet, received, &length))) return;
  RtpHeader header;
  if (!ParseRtpHeader(packet, length, &header)) return Count(kDroppedMalformed);
  Record* record = writer_.Add(RecordKind::kRtp, peer->handle);
  record->offset = static_cast<uint32_t>(slot * kSlotBytes);
  record->length = static_cast<uint32_t>(length);
  record->detail = header.ssrc;
  record->sequence = header.sequence | uint32_t{header.payload_type} << 16 | uint32_t{header.marker} << 23 |
                     uint32_t{header.padding} << 24;
  record->timestamp = header.timestamp;
  record->header_length = static_cast<uint32_t>(header.header_length);
}

void Transport::ProcessRtcp(Peer* peer, size_t slot, size_t received) {
  if (!peer->receiver) return Count(kDroppedNotReady);
  size_t length = 0;
  if (!Accept(peer, peer->receiver->UnprotectRtcp(receive_batch_.datagram(slot), received, &length))) return;
  Record* record = writer_.Add(RecordKind::kRtcp, peer->handle);
  record->offset = static_cast<uint32_t>(slot * kSlotBytes);
  record->length = static_cast<uint32_t>(length);
}

void Transport::StartDtls(Peer* peer) {
  const DtlsState before = peer->dtls.state();
  peer->dtls.Start();
  NoteEvent(peer, before);
}

void Transport::HandleDtlsTimeout(Peer* peer) {
  const DtlsState before = peer->dtls.state();
  peer->dtls.HandleTimeout();
  NoteEvent(peer, before);
}

void Transport::NoteEvent(Peer* peer, DtlsState before) {
  const RecordKind event = EventAfter(peer, before);
  if (event == RecordKind::kNone) return;
  events_.emplace_back(peer->handle, event);
  listener_->OnEventPending();
}

void Transport::ClosePeer(Peer* peer) {
  peer->dtls.Close();
  peers_->Remove(peer);
}

bool Transport::TargetOf(const Route& route, SendTarget* target) const {
  if (route.protocol == kRouteStream && !has_streams_) return false;
  return TargetFromRoute(route, socket_->family(), target);
}

bool Transport::SelectRoute(Peer* peer, const Route& route) {
  SendTarget target;
  if (!TargetOf(route, &target)) return false;
  peer->target = target;
  return true;
}

void Transport::RemoveRoute(const Route& route) {
  const RemoteKey key = KeyOf(route);
  Peer* peer = peers_->FindByRemote(key);
  // A UDP address may still be there to be sent to; the stream is gone.
  if (peer != nullptr && route.protocol == kRouteStream && peer->target.stream == route.stream) peer->target = {};
  peers_->Unbind(key);
}

void Transport::FlushStreams() {
  if (!stream_outbox_.empty()) listener_->OnStreamData();
}

bool Transport::SendDatagram(const Route& route, const uint8_t* datagram, size_t length) {
  SendTarget target;
  return TargetOf(route, &target) && datagrams_.SendOne(target, datagram, length);
}

void Transport::TrackSends(Peer* peer, std::unique_ptr<SendHistory> history) {
  if (peer->sends) history->GoOnFrom(*peer->sends);
  peer->sends = std::move(history);
}

bool Transport::SendRtp(Peer* peer, const uint8_t* packet, size_t length, bool retransmission) {
  RtpHeader header;
  if (!peer->sender || !peer->target.valid || length > sizeof outgoing_ || !ParseRtpHeader(packet, length, &header)) {
    return false;
  }
  std::memcpy(outgoing_, packet, header.header_length);
  uint8_t* number = peer->sends ? FindTransportSequence(header, peer->sends->extension_id()) : nullptr;
  if (number != nullptr) {
    if (retransmission) {
      Count(kReusedIndexes);
      return false;
    }
    WriteU16(number, peer->sends->next());
  }
  const size_t protected_length =
      peer->sender->ProtectRtp(outgoing_, header.header_length, packet + header.header_length,
                               length - header.header_length, retransmission, outgoing_, sizeof outgoing_);
  if (number == nullptr || protected_length == 0) return SendProtected(*peer, protected_length);
  const uint16_t sequence = peer->sends->next();
  peer->sends->UseNext();
  const int64_t time = MonotonicNanoseconds();
  const bool sent = SendProtected(*peer, protected_length);
  peer->sends->Note(sequence, time, protected_length, sent);
  return sent;
}

uint8_t* Transport::FindTransportSequence(const RtpHeader& header, uint8_t id) {
  RtpExtensionElements elements(outgoing_, header);
  RtpExtensionElement element;
  while (elements.Next(&element)) {
    if (element.id == id && element.length == kTransportSequenceLength) return outgoing_ + element.offset;
  }
  return nullptr;
}

bool Transport::SendRtcp(Peer* peer, const uint8_t* packet, size_t length) {
  if (!peer->sender || !peer->target.valid) return false;
  return SendProtected(*peer, peer->sender->ProtectRtcp(packet, length, outgoing_, sizeof outgoing_));
}

bool Transport::SendProtected(const Peer& peer, size_t length) {
  if (length > 0) return datagrams_.SendOne(peer.target, outgoing_, length);
  if (peer.sender->refusal() == SrtpSender::Refusal::kReusedIndex) Count(kReusedIndexes);
  return false;
}

size_t Transport::FanOutPackets(const uint8_t* source, size_t source_length, const uint32_t* packets,
                                size_t packet_count, uint8_t* rows, size_t row_count, bool retransmission) {
  return fan_out_.Send(source, source_length, packets, packet_count, rows, row_count, retransmission, LookUp,
                       peers_.get());
}

void Transport::Close() {
  if (closed()) return;
  peers_->ForEach([](Peer* peer) { peer->dtls.Close(); });
  peers_.reset();
  dtls_context_.reset();
  socket_.reset();
}
