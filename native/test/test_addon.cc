// Makes the C++ tests callable from Node, whose OpenSSL they use: names() lists them, run(name) gives what failed.
#include <node_api.h>

#include <string>

#include "check.h"

namespace {

napi_value MakeStrings(napi_env env, const std::vector<std::string>& strings) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, strings.size(), &array);
  for (size_t i = 0; i < strings.size(); ++i) {
    napi_value text = nullptr;
    napi_create_string_utf8(env, strings[i].data(), strings[i].size(), &text);
    napi_set_element(env, array, static_cast<uint32_t>(i), text);
  }
  return array;
}

napi_value Names(napi_env env, napi_callback_info) {
  std::vector<std::string> names;
  for (const TestCase& test : TestCases()) names.push_back(test.name);
  return MakeStrings(env, names);
}

napi_value Run(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  char name[256] = {};
  size_t length = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_string_utf8(env, argument, name, sizeof name, &length);
  Failures().clear();
  bool found = false;
  for (const TestCase& test : TestCases()) {
    if (test.name != name) continue;
    found = true;
    test.run();
  }
  if (!found) Failures().push_back("no such test");
  return MakeStrings(env, Failures());
}

napi_value Initialize(napi_env env, napi_value exports) {
  napi_value function = nullptr;
  napi_create_function(env, "names", NAPI_AUTO_LENGTH, Names, nullptr, &function);
  napi_set_named_property(env, exports, "names", function);
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, Run, nullptr, &function);
  napi_set_named_property(env, exports, "run", function);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Initialize)
