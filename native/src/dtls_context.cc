#include "dtls_context.h"

#include <string>

#include "dtls_session.h"

namespace {

// RFC 8827 6.5: forward secrecy and AES-GCM, which every endpoint of WebRTC has; dtls_record.cc relies on it. The RSA ones
// are for servers with such a certificate, where this side is the client.
constexpr char kCipherSuites[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
// X25519 costs least.
constexpr char kGroups[] = "X25519:P-256:P-384";
// Self-signed certificates come alone. Bounds what a peer can make the server keep.
constexpr long kMaxCertificateBytes = 16 * 1024;

std::string ProfileNames(const std::vector<SrtpProfile>& profiles) {
  std::string names;
  for (SrtpProfile profile : profiles) {
    if (!names.empty()) names += ':';
    names += profile == SrtpProfile::kAeadAes128Gcm ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80";
  }
  return names;
}

}  // namespace

std::unique_ptr<DtlsContext> DtlsContext::Create(std::shared_ptr<Certificate> certificate,
                                                 const std::vector<SrtpProfile>& profiles) {
  ErrorQueueGuard guard;
  std::unique_ptr<DtlsContext> result(new DtlsContext());
  result->certificate_ = std::move(certificate);
  result->bio_method_ = DtlsSession::MakeBioMethod();
  result->context_.reset(SSL_CTX_new(DTLS_method()));
  if (!result->bio_method_ || !result->context_ || !result->Configure(profiles)) return nullptr;
  return result;
}

bool DtlsContext::Configure(const std::vector<SrtpProfile>& profiles) {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateBytes);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, DtlsSession::VerifyCertificate, nullptr);
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCipherSuites) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         // Zero means success in this one call.
         SSL_CTX_set_tlsext_use_srtp(context, ProfileNames(profiles).c_str()) == 0 &&
         SSL_CTX_use_certificate(context, certificate_->x509()) == 1 &&
         SSL_CTX_use_PrivateKey(context, certificate_->key()) == 1 && SSL_CTX_check_private_key(context) == 1;
}
