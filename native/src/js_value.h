// Values between JavaScript and C++. What JavaScript hands over is checked here, and a TypeError or RangeError pends
// where it does not fit.
#ifndef LIVE_WEBRTC_JS_VALUE_H_
#define LIVE_WEBRTC_JS_VALUE_H_

#define NAPI_VERSION 9
#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "route.h"

// The arguments of one call. Each reader takes the argument's index and its name for the error; it returns false with an
// exception pending, after which the caller returns to JavaScript at once.
class Arguments {
 public:
  static constexpr size_t kMax = 7;

  Arguments(napi_env env, napi_callback_info info);

  napi_value receiver() const { return receiver_; }
  napi_value at(size_t index) const { return values_[index]; }

  // An integer of 0 to `max`.
  bool Unsigned(size_t index, const char* name, uint32_t max, uint32_t* result) const;
  // A finite number.
  bool Number(size_t index, const char* name, double* result) const;
  bool Boolean(size_t index, const char* name, bool* result) const;
  // A Uint8Array; the bytes live as long as the call.
  bool Bytes(size_t index, const char* name, uint8_t** bytes, size_t* length) const;
  // A Uint32Array.
  bool Words(size_t index, const char* name, uint32_t** words, size_t* length) const;
  // A Uint8Array of kRouteBytes.
  bool ReadRoute(size_t index, const char* name, Route* route) const;

 private:
  napi_env env_;
  napi_value receiver_ = nullptr;
  napi_value values_[kMax] = {};
};

// The same for the properties of an options object.
class Options {
 public:
  // False with an exception pending where the value is no object.
  static bool Read(napi_env env, napi_value value, Options* options);

  // Undefined where it is missing; false with an exception pending where a getter threw.
  bool Get(const char* name, napi_value* value) const;
  bool String(const char* name, std::string* result) const;
  bool Unsigned(const char* name, uint32_t max, uint32_t* result) const;
  // Leaves `result` where the property is missing.
  bool OptionalBoolean(const char* name, bool* result) const;
  bool Bytes(const char* name, uint8_t** bytes, size_t* length) const;

 private:
  napi_env env_ = nullptr;
  napi_value object_ = nullptr;
};

bool IsUndefined(napi_env env, napi_value value);

// Each leaves an exception pending and returns false.
bool ThrowTypeError(napi_env env, const std::string& message);
bool ThrowRangeError(napi_env env, const std::string& message);
bool ThrowError(napi_env env, const char* code, const std::string& message);

// Null with an exception pending where the engine refuses.
napi_value MakeUnsigned(napi_env env, uint32_t value);
napi_value MakeBoolean(napi_env env, bool value);

#endif  // LIVE_WEBRTC_JS_VALUE_H_
