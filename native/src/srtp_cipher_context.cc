#include "srtp_cipher_context.h"

#include <cstring>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "srtp_profile.h"

namespace {

// About what AES-GCM takes in OpenSSL 3, with key schedule and hash table. Fetching beyond it does no harm.
constexpr size_t kContextBytes = 1024;
constexpr size_t kCacheLineBytes = 64;

// Whether a provider's list of names, parted by colons, begins with this one, by which `cipher` was fetched.
bool IsNamed(const OSSL_ALGORITHM& algorithm, const std::string& name) {
  const std::string names = algorithm.algorithm_names;
  return names.compare(0, names.find(':'), name) == 0;
}

bool ReadFunctions(const OSSL_DISPATCH* functions, ProviderCipher* cipher) {
  for (; functions->function_id != 0; ++functions) {
    switch (functions->function_id) {
      case OSSL_FUNC_CIPHER_NEWCTX:
        cipher->newctx = OSSL_FUNC_cipher_newctx(functions);
        break;
      case OSSL_FUNC_CIPHER_FREECTX:
        cipher->freectx = OSSL_FUNC_cipher_freectx(functions);
        break;
      case OSSL_FUNC_CIPHER_ENCRYPT_INIT:
        cipher->encrypt_init = OSSL_FUNC_cipher_encrypt_init(functions);
        break;
      case OSSL_FUNC_CIPHER_DECRYPT_INIT:
        cipher->decrypt_init = OSSL_FUNC_cipher_decrypt_init(functions);
        break;
      case OSSL_FUNC_CIPHER_UPDATE:
        cipher->update = OSSL_FUNC_cipher_update(functions);
        break;
      case OSSL_FUNC_CIPHER_FINAL:
        cipher->final = OSSL_FUNC_cipher_final(functions);
        break;
      case OSSL_FUNC_CIPHER_GET_CTX_PARAMS:
        cipher->get_ctx_params = OSSL_FUNC_cipher_get_ctx_params(functions);
        break;
      case OSSL_FUNC_CIPHER_SET_CTX_PARAMS:
        cipher->set_ctx_params = OSSL_FUNC_cipher_set_ctx_params(functions);
        break;
      default:
        break;
    }
  }
  return cipher->newctx && cipher->freectx && cipher->encrypt_init && cipher->decrypt_init && cipher->update &&
         cipher->final && cipher->get_ctx_params && cipher->set_ctx_params;
}

bool Find(const char* name, ProviderCipher* cipher) {
  // Never freed, which keeps the provider loaded.
  const EVP_CIPHER* fetched = EVP_CIPHER_fetch(nullptr, name, nullptr);
  const OSSL_PROVIDER* provider = fetched != nullptr ? EVP_CIPHER_get0_provider(fetched) : nullptr;
  if (provider == nullptr) return false;
  int no_cache;
  const OSSL_ALGORITHM* algorithms = OSSL_PROVIDER_query_operation(provider, OSSL_OP_CIPHER, &no_cache);
  cipher->provider_context = OSSL_PROVIDER_get0_provider_ctx(provider);
  bool found = false;
  for (auto* entry = algorithms; !found && entry != nullptr && entry->algorithm_names != nullptr; ++entry) {
    found = IsNamed(*entry, name) && ReadFunctions(entry->implementation, cipher);
  }
  OSSL_PROVIDER_unquery_operation(provider, OSSL_OP_CIPHER, algorithms);
  return found;
}

}  // namespace

const ProviderCipher* Aes128Gcm() {
  // In the addon's own memory: it goes where the addon is unloaded.
  static ProviderCipher cipher{};
  static const bool found = Find("AES-128-GCM", &cipher);
  return found ? &cipher : nullptr;
}

const ProviderCipher* Aes128CounterMode() {
  static ProviderCipher cipher{};
  static const bool found = Find("AES-128-CTR", &cipher);
  return found ? &cipher : nullptr;
}

std::unique_ptr<CipherContext> CipherContext::Create(const ProviderCipher* cipher, const uint8_t* key, size_t iv_length,
                                                     bool encrypt) {
  void* state = cipher != nullptr ? cipher->newctx(cipher->provider_context) : nullptr;
  if (state == nullptr) return nullptr;
  std::unique_ptr<CipherContext> context(new CipherContext(cipher, state, iv_length, encrypt));
  const uint8_t iv[16] = {};
  if (context->init_(state, key, kSrtpKeyLength, iv, iv_length, nullptr) != 1) return nullptr;
  return context;
}

bool CipherContext::WriteTag(uint8_t* tag) {
  size_t written;
  if (cipher_->final(context_, tag, &written, kTagLength) != 1) return false;
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, kTagLength),
                         OSSL_PARAM_construct_end()};
  return cipher_->get_ctx_params(context_, params) == 1;
}

bool CipherContext::VerifyTag(uint8_t* tag) {
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, kTagLength),
                               OSSL_PARAM_construct_end()};
  size_t written;
  return cipher_->set_ctx_params(context_, params) == 1 &&
         cipher_->final(context_, tag, &written, kTagLength) == 1;
}

void CipherContext::Prefetch() const {
  const auto* bytes = static_cast<const uint8_t*>(context_);
  for (size_t offset = 0; offset < kContextBytes; offset += kCacheLineBytes) __builtin_prefetch(bytes + offset);
}
