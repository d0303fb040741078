#include "dtls_session.h"

#include <openssl/crypto.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

#include "dtls_record.h"

namespace {

// RFC 8831 and every browser assume that 1200 bytes pass; IPv6 and UDP headers fit above.
constexpr long kDtlsMtu = 1200;
// Handshakes of WebRTC run while a user waits, over paths of far less than the second that RFC 6347 4.2.4.1 starts with.
constexpr unsigned kFirstTimeoutMicroseconds = 300'000;
constexpr unsigned kMaxTimeoutMicroseconds = 3'000'000;

constexpr uint8_t kContentTypeHandshake = 22;

constexpr char kExporterLabel[] = "EXTRACTOR-dtls_srtp";  // RFC 5764 4.2

unsigned NextTimeout(SSL*, unsigned previous) {
  if (previous == 0) return kFirstTimeoutMicroseconds;
  return std::min(previous * 2, kMaxTimeoutMicroseconds);
}

// OpenSSL knows the session's BIO and SSL object; both lead back to the session.
DtlsSession* SessionOf(BIO* bio) { return static_cast<DtlsSession*>(BIO_get_data(bio)); }

}  // namespace

SrtpKeyingMaterial::~SrtpKeyingMaterial() { OPENSSL_cleanse(this, sizeof *this); }

DtlsSession::DtlsSession(const DtlsContext* context, DtlsOutput* output, DtlsRole role, const Fingerprint& fingerprint)
    : context_(context), output_(output), fingerprint_(fingerprint), role_(role) {}

DtlsSession::~DtlsSession() {
  ErrorQueueGuard guard;
  ssl_.reset();
}

void DtlsSession::Start() {
  if (role_ != DtlsRole::kClient || state_ != DtlsState::kIdle) return;
  ErrorQueueGuard guard;
  if (!CreateSsl()) return Fail(DtlsFailure::kProtocol);
  Handshake();
}

bool DtlsSession::Receive(const uint8_t* datagram, size_t length) {
  ErrorQueueGuard guard;
  if (state_ == DtlsState::kIdle && role_ == DtlsRole::kServer && datagram[0] == kContentTypeHandshake) {
    if (!CreateSsl()) Fail(DtlsFailure::kProtocol);
  }
  if (alerts_) {
    ReceiveAfterSsl(datagram, length);
    return true;
  }
  if (state_ != DtlsState::kHandshaking && state_ != DtlsState::kConnected) return false;
  incoming_ = datagram;
  incoming_length_ = length;
  if (state_ == DtlsState::kHandshaking) Handshake();
  // The datagram may go on after the last handshake message, and a retransmitted flight comes after the handshake.
  if (state_ == DtlsState::kConnected) ReadConnected();
  incoming_ = nullptr;
  incoming_length_ = 0;
  return true;
}

int64_t DtlsSession::Timeout() const {
  timeval left;
  if (!ssl_ || state_ != DtlsState::kHandshaking || DTLSv1_get_timeout(ssl_.get(), &left) != 1) return -1;
  // Rounded up, so that the timeout is due when the time has passed.
  return static_cast<int64_t>(left.tv_sec) * 1000 + (left.tv_usec + 999) / 1000;
}

void DtlsSession::HandleTimeout() {
  if (Timeout() != 0) return;
  ErrorQueueGuard guard;
  if (DTLSv1_handle_timeout(ssl_.get()) < 0) Fail(DtlsFailure::kProtocol);
}

void DtlsSession::Close() {
  ErrorQueueGuard guard;
  if (alerts_) {
    uint8_t datagram[DtlsAlerts::kSealedBytes];
    if (alerts_->SealCloseNotify(datagram)) output_->SendDtls(datagram, sizeof datagram);
  } else if (state_ == DtlsState::kConnected && SSL_alloc_buffers(ssl_.get()) == 1) {
    (void)SSL_shutdown(ssl_.get());
  }
  alerts_.reset();
  ssl_.reset();
  if (state_ != DtlsState::kFailed) state_ = DtlsState::kClosed;
}

void DtlsSession::ReplaceSsl() {
  ErrorQueueGuard guard;
  // The client's handshake ends with the server's last flight, so that nothing of its own can be missing.
  if (role_ == DtlsRole::kClient) last_flight_.clear();
  last_flight_.shrink_to_fit();
  // A ChangeCipherSpec and a Finished are far less; should it be more, OpenSSL keeps it until OnPeerReady.
  if (last_flight_.size() > kDtlsMtu) return;
  alerts_ = DtlsAlerts::Create(ssl_.get(), role_ == DtlsRole::kClient);
  if (alerts_) ssl_.reset();
}

void DtlsSession::ForgetLastFlight() {
  last_flight_.clear();
  last_flight_.shrink_to_fit();
  if (ssl_ && state_ == DtlsState::kConnected) ReplaceSsl();
}

void DtlsSession::ReceiveAfterSsl(const uint8_t* datagram, size_t length) {
  if (alerts_->EndsSession(datagram, length)) return Close();
  if (last_flight_.empty() || repeats_left_ == 0 || !HoldsFinished(datagram, length)) return;
  --repeats_left_;
  // Byte for byte what went before: a peer that has it takes it for a replay.
  output_->SendDtls(last_flight_.data(), last_flight_.size());
}

bool DtlsSession::TakeKeys(SrtpKeyingMaterial* keys) {
  ErrorQueueGuard guard;
  if (!ssl_) return false;
  const SRTP_PROTECTION_PROFILE* selected = SSL_get_selected_srtp_profile(ssl_.get());
  if (selected == nullptr) return false;
  keys->profile = static_cast<SrtpProfile>(selected->id);
  const size_t salt_length = SrtpSaltLength(keys->profile);
  uint8_t material[2 * (kSrtpKeyLength + kSrtpMaxSaltLength)];
  const size_t length = 2 * (kSrtpKeyLength + salt_length);
  if (SSL_export_keying_material(ssl_.get(), material, length, kExporterLabel, sizeof kExporterLabel - 1, nullptr, 0,
                                 0) != 1) {
    return false;
  }
  // client key, server key, client salt, server salt (RFC 5764 4.2)
  const bool client = role_ == DtlsRole::kClient;
  const uint8_t* salts = material + 2 * kSrtpKeyLength;
  std::memcpy(keys->local_key, material + (client ? 0 : kSrtpKeyLength), kSrtpKeyLength);
  std::memcpy(keys->remote_key, material + (client ? kSrtpKeyLength : 0), kSrtpKeyLength);
  std::memcpy(keys->local_salt, salts + (client ? 0 : salt_length), salt_length);
  std::memcpy(keys->remote_salt, salts + (client ? salt_length : 0), salt_length);
  OPENSSL_cleanse(material, sizeof material);
  ReplaceSsl();
  return true;
}

bool DtlsSession::CreateSsl() {
  SSL* ssl = SSL_new(context_->context());
  if (ssl == nullptr) return false;
  ssl_.reset(ssl);
  BIO* bio = BIO_new(context_->bio_method());
  if (bio == nullptr) return false;
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, this);
  SSL_set_mtu(ssl, kDtlsMtu);
  DTLS_set_timer_cb(ssl, NextTimeout);
  if (role_ == DtlsRole::kClient) {
    SSL_set_connect_state(ssl);
  } else {
    SSL_set_accept_state(ssl);
  }
  state_ = DtlsState::kHandshaking;
  return true;
}

void DtlsSession::Handshake() {
  last_flight_.clear();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return OnHandshakeComplete();
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
  // VerifyCertificate has noted a wrong fingerprint already.
  Fail(failure_ == DtlsFailure::kNone ? DtlsFailure::kProtocol : failure_);
}

void DtlsSession::OnHandshakeComplete() {
  if (SSL_get_selected_srtp_profile(ssl_.get()) == nullptr) {
    (void)SSL_shutdown(ssl_.get());
    return Fail(DtlsFailure::kNoSrtpProfile);
  }
  state_ = DtlsState::kConnected;
}

void DtlsSession::ReadConnected() {
  // Answers, such as a retransmitted flight, need the buffers that were given back.
  if (SSL_alloc_buffers(ssl_.get()) != 1) return;
  // Application data would be SCTP, which is not offered: it is read and dropped.
  uint8_t dropped[kDtlsMtu * 2];
  int result;
  do {
    result = SSL_read(ssl_.get(), dropped, sizeof dropped);
  } while (result > 0);
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    (void)SSL_free_buffers(ssl_.get());
    return;
  }
  if (error == SSL_ERROR_ZERO_RETURN) (void)SSL_shutdown(ssl_.get());
  state_ = DtlsState::kClosed;
  ssl_.reset();
}

void DtlsSession::Fail(DtlsFailure failure) {
  state_ = DtlsState::kFailed;
  failure_ = failure;
  ssl_.reset();
}

int DtlsSession::VerifyCertificate(X509_STORE_CTX* store, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* session = static_cast<DtlsSession*>(SSL_get_app_data(ssl));
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate != nullptr && HasFingerprint(certificate, session->fingerprint_)) return 1;
  session->failure_ = DtlsFailure::kFingerprint;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

BioMethodPointer DtlsSession::MakeBioMethod() {
  // Nothing looks for it by type, and numbers from BIO_get_new_index would run out: they are never given back.
  BioMethodPointer method(BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_TYPE_START, "live-webrtc datagrams"));
  if (!method || BIO_meth_set_read(method.get(), BioRead) != 1 || BIO_meth_set_write(method.get(), BioWrite) != 1 ||
      BIO_meth_set_ctrl(method.get(), BioControl) != 1) {
    return nullptr;
  }
  return method;
}

// One read takes the whole datagram; OpenSSL's record buffer has room for any.
int DtlsSession::BioRead(BIO* bio, char* buffer, int capacity) {
  DtlsSession* session = SessionOf(bio);
  BIO_clear_retry_flags(bio);
  if (session->incoming_ == nullptr) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t length = std::min(session->incoming_length_, static_cast<size_t>(std::max(capacity, 0)));
  std::memcpy(buffer, session->incoming_, length);
  session->incoming_ = nullptr;
  return static_cast<int>(length);
}

// A datagram that the socket does not take is lost like any other, and retransmitted.
int DtlsSession::BioWrite(BIO* bio, const char* datagram, int length) {
  BIO_clear_retry_flags(bio);
  if (length <= 0) return 0;
  DtlsSession* session = SessionOf(bio);
  const auto* bytes = reinterpret_cast<const uint8_t*>(datagram);
  if (session->state_ == DtlsState::kHandshaking) {
    session->last_flight_.insert(session->last_flight_.end(), bytes, bytes + length);
  }
  session->output_->SendDtls(bytes, static_cast<size_t>(length));
  return length;
}

long DtlsSession::BioControl(BIO*, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return kDtlsMtu;
    default:
      return 0;
  }
}
