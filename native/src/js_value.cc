#include "js_value.h"

#include <cmath>
#include <cstring>

namespace {

bool ReadUnsigned(napi_env env, napi_value value, const char* name, uint32_t max, uint32_t* result) {
  double number = -1;
  const bool is_number = value != nullptr && napi_get_value_double(env, value, &number) == napi_ok;
  if (!is_number) return ThrowTypeError(env, std::string(name) + " must be a number.");
  // Written so that NaN fails too.
  if (!(number >= 0 && number <= max) || number != static_cast<double>(static_cast<uint32_t>(number))) {
    return ThrowRangeError(env, std::string(name) + " must be an integer of 0 to " + std::to_string(max) + ".");
  }
  *result = static_cast<uint32_t>(number);
  return true;
}

bool ReadBoolean(napi_env env, napi_value value, const char* name, bool* result) {
  if (value != nullptr && napi_get_value_bool(env, value, result) == napi_ok) return true;
  return ThrowTypeError(env, std::string(name) + " must be a boolean.");
}

bool ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted, void** data, size_t* length) {
  bool is_array = false;
  napi_typedarray_type type;
  return value != nullptr && napi_is_typedarray(env, value, &is_array) == napi_ok && is_array &&
         napi_get_typedarray_info(env, value, &type, length, data, nullptr, nullptr) == napi_ok && type == wanted;
}

bool ReadBytes(napi_env env, napi_value value, const char* name, uint8_t** bytes, size_t* length) {
  void* data = nullptr;
  if (!ReadArray(env, value, napi_uint8_array, &data, length)) {
    return ThrowTypeError(env, std::string(name) + " must be a Uint8Array.");
  }
  static uint8_t empty;  // An array without bytes may have no address.
  *bytes = *length == 0 ? &empty : static_cast<uint8_t*>(data);
  return true;
}

}  // namespace

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMax;  // Missing ones read as undefined.
  if (napi_get_cb_info(env, info, &count, values_, &receiver_, nullptr) != napi_ok) receiver_ = nullptr;
}

bool Arguments::Unsigned(size_t index, const char* name, uint32_t max, uint32_t* result) const {
  return ReadUnsigned(env_, values_[index], name, max, result);
}

bool Arguments::Number(size_t index, const char* name, double* result) const {
  if (napi_get_value_double(env_, values_[index], result) == napi_ok && std::isfinite(*result)) return true;
  return ThrowTypeError(env_, std::string(name) + " must be a finite number.");
}

bool Arguments::Boolean(size_t index, const char* name, bool* result) const {
  return ReadBoolean(env_, values_[index], name, result);
}

bool Arguments::Bytes(size_t index, const char* name, uint8_t** bytes, size_t* length) const {
  return ReadBytes(env_, values_[index], name, bytes, length);
}

bool Arguments::Words(size_t index, const char* name, uint32_t** words, size_t* length) const {
  void* data = nullptr;
  if (!ReadArray(env_, values_[index], napi_uint32_array, &data, length)) {
    return ThrowTypeError(env_, std::string(name) + " must be a Uint32Array.");
  }
  *words = static_cast<uint32_t*>(data);
  return true;
}

bool Arguments::ReadRoute(size_t index, const char* name, Route* route) const {
  uint8_t* bytes;
  size_t length;
  if (!Bytes(index, name, &bytes, &length)) return false;
  if (length != kRouteBytes) {
    return ThrowTypeError(env_, std::string(name) + " must have " + std::to_string(kRouteBytes) + " bytes.");
  }
  std::memcpy(route, bytes, sizeof *route);
  return true;
}

bool Options::Read(napi_env env, napi_value value, Options* options) {
  napi_valuetype type;
  if (value == nullptr || napi_typeof(env, value, &type) != napi_ok || type != napi_object) {
    return ThrowTypeError(env, "options must be an object.");
  }
  options->env_ = env;
  options->object_ = value;
  return true;
}

bool Options::Get(const char* name, napi_value* value) const {
  return napi_get_named_property(env_, object_, name, value) == napi_ok;
}

bool Options::String(const char* name, std::string* result) const {
  napi_value value;
  if (!Get(name, &value)) return false;
  size_t length;
  if (napi_get_value_string_utf8(env_, value, nullptr, 0, &length) != napi_ok) {
    return ThrowTypeError(env_, std::string(name) + " must be a string.");
  }
  result->resize(length);
  return napi_get_value_string_utf8(env_, value, &(*result)[0], length + 1, &length) == napi_ok;
}

bool Options::Unsigned(const char* name, uint32_t max, uint32_t* result) const {
  napi_value value;
  return Get(name, &value) && ReadUnsigned(env_, value, name, max, result);
}

bool Options::OptionalBoolean(const char* name, bool* result) const {
  napi_value value;
  if (!Get(name, &value)) return false;
  return IsUndefined(env_, value) || ReadBoolean(env_, value, name, result);
}

bool Options::Bytes(const char* name, uint8_t** bytes, size_t* length) const {
  napi_value value;
  return Get(name, &value) && ReadBytes(env_, value, name, bytes, length);
}

bool IsUndefined(napi_env env, napi_value value) {
  napi_valuetype type;
  return value == nullptr || (napi_typeof(env, value, &type) == napi_ok && type == napi_undefined);
}

bool ThrowTypeError(napi_env env, const std::string& message) {
  (void)napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message.c_str());
  return false;
}

bool ThrowRangeError(napi_env env, const std::string& message) {
  (void)napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message.c_str());
  return false;
}

bool ThrowError(napi_env env, const char* code, const std::string& message) {
  (void)napi_throw_error(env, code, message.c_str());
  return false;
}

napi_value MakeUnsigned(napi_env env, uint32_t value) {
  napi_value result = nullptr;
  (void)napi_create_uint32(env, value, &result);
  return result;
}

napi_value MakeBoolean(napi_env env, bool value) {
  napi_value result = nullptr;
  (void)napi_get_boolean(env, value, &result);
  return result;
}
