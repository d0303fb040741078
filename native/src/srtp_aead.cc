#include "srtp_aead.h"

#include <cstring>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "bytes.h"

std::unique_ptr<SrtpAead> SrtpAead::Create(const SrtpSessionKeys& keys, Direction direction) {
  CipherContext context = MakeCipherContext(Aes128Gcm(), keys.cipher_key, direction == Direction::kSend);
  if (context == nullptr) return nullptr;
  return std::unique_ptr<SrtpAead>(new SrtpAead(std::move(context), keys.salt));
}

SrtpAead::SrtpAead(CipherContext context, const uint8_t* salt) : context_(std::move(context)) {
  std::memcpy(salt_, salt, kIvLength);
}

bool SrtpAead::Begin(uint32_t ssrc, uint64_t index, const AssociatedData& associated) {
  uint8_t iv[kIvLength];
  std::memcpy(iv, salt_, kIvLength);
  MixIntoIv(iv, 2, ssrc, index);
  int written;
  if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv, -1, nullptr) != 1) return false;
  if (EVP_CipherUpdate(context_.get(), nullptr, &written, associated.first,
                       static_cast<int>(associated.first_length)) != 1) {
    return false;
  }
  return associated.second_length == 0 || EVP_CipherUpdate(context_.get(), nullptr, &written, associated.second,
                                                           static_cast<int>(associated.second_length)) == 1;
}

bool SrtpAead::Seal(uint32_t ssrc, uint64_t index, const AssociatedData& associated, const uint8_t* plain,
                    size_t length, uint8_t* out) {
  if (!Begin(ssrc, index, associated)) return false;
  int written;
  if (length > 0 && EVP_CipherUpdate(context_.get(), out, &written, plain, static_cast<int>(length)) != 1) return false;
  if (EVP_CipherFinal_ex(context_.get(), out + length, &written) != 1) return false;
  // EVP_CTRL_AEAD_GET_TAG does the same by a detour.
  OSSL_PARAM tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, out + length, kTagLength),
                      OSSL_PARAM_construct_end()};
  return EVP_CIPHER_CTX_get_params(context_.get(), tag) == 1;
}

bool SrtpAead::Open(uint32_t ssrc, uint64_t index, const AssociatedData& associated, uint8_t* data, size_t length) {
  if (!Begin(ssrc, index, associated)) return false;
  int written;
  if (length > 0 && EVP_CipherUpdate(context_.get(), data, &written, data, static_cast<int>(length)) != 1) return false;
  if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagLength, data + length) != 1) return false;
  return EVP_CipherFinal_ex(context_.get(), data + length, &written) == 1;
}

void SrtpAead::RestoreCiphertext(uint32_t ssrc, uint64_t index, uint8_t* data, size_t length) {
  int written;
  if (length > 0 && Begin(ssrc, index, {data, 0})) {
    EVP_CipherUpdate(context_.get(), data, &written, data, static_cast<int>(length));
  }
}

bool SrtpAead::SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, const uint8_t* payload,
                       size_t payload_length) {
  return Seal(ssrc, index, {packet, header_length}, payload, payload_length, packet + header_length);
}

bool SrtpAead::OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) {
  uint8_t* data = packet + header_length;
  const size_t data_length = length - header_length - kTagLength;
  if (Open(ssrc, index, {packet, header_length}, data, data_length)) return true;
  RestoreCiphertext(ssrc, index, data, data_length);
  return false;
}

bool SrtpAead::SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) {
  uint8_t* trailer = out + length + kTagLength;
  WriteU32(trailer, kSrtcpEncryptedBit | index);
  std::memmove(out, packet, kRtcpHeaderLength);
  return Seal(ssrc, index, {out, kRtcpHeaderLength, trailer, kSrtcpIndexLength}, packet + kRtcpHeaderLength,
              length - kRtcpHeaderLength, out + kRtcpHeaderLength);
}

bool SrtpAead::OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) {
  const uint8_t* trailer = packet + length - kSrtcpIndexLength;
  return Open(ssrc, index, {packet, kRtcpHeaderLength, trailer, kSrtcpIndexLength}, packet + kRtcpHeaderLength,
              length - kRtcpHeaderLength - kTagLength - kSrtcpIndexLength);
}
