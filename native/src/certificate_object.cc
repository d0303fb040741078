#include "certificate_object.h"

#include <cstring>

namespace {

// Tells our objects from those that other addons wrapped.
constexpr napi_type_tag kCertificateTag = {0x5f2b8c1e0d7a4e63, 0x9a41c07de2b85f36};

bool AddFingerprint(napi_env env, napi_value object, const Certificate& certificate) {
  constexpr size_t kLength = sizeof certificate.fingerprint();
  void* bytes = nullptr;
  napi_value buffer;
  napi_value array;
  if (napi_create_arraybuffer(env, kLength, &bytes, &buffer) != napi_ok) return false;
  std::memcpy(bytes, certificate.fingerprint(), kLength);
  if (napi_create_typedarray(env, napi_uint8_array, kLength, buffer, 0, &array) != napi_ok) return false;
  const napi_property_descriptor property = {"fingerprint", nullptr, nullptr,         nullptr,
                                             nullptr,       array,   napi_enumerable, nullptr};
  return napi_define_properties(env, object, 1, &property) == napi_ok;
}

void Release(napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Certificate>*>(data); }

}  // namespace

napi_value GenerateCertificate(napi_env env, napi_callback_info) {
  std::shared_ptr<Certificate> certificate = Certificate::Generate();
  if (!certificate) {
    ThrowError(env, "ERR_CERTIFICATE", "OpenSSL could not make a certificate.");
    return nullptr;
  }
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok || !AddFingerprint(env, object, *certificate)) return nullptr;
  auto held = std::make_unique<std::shared_ptr<Certificate>>(std::move(certificate));
  if (napi_wrap(env, object, held.get(), Release, nullptr, nullptr) != napi_ok) return nullptr;
  (void)held.release();  // Release deletes it.
  if (napi_type_tag_object(env, object, &kCertificateTag) != napi_ok) return nullptr;
  return object;
}

std::shared_ptr<Certificate> CertificateFromObject(napi_env env, napi_value value) {
  napi_valuetype type;
  bool is_certificate = false;
  void* held = nullptr;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
      napi_check_object_type_tag(env, value, &kCertificateTag, &is_certificate) != napi_ok || !is_certificate ||
      napi_unwrap(env, value, &held) != napi_ok) {
    return nullptr;
  }
  return *static_cast<std::shared_ptr<Certificate>*>(held);
}
