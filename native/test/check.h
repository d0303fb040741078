// The little that these tests need of a test framework: named tests and expectations that note their failure.
#ifndef LIVE_WEBRTC_TEST_CHECK_H_
#define LIVE_WEBRTC_TEST_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

using Bytes = std::vector<uint8_t>;

struct TestCase {
  std::string name;
  void (*run)();
};

// All tests of this addon, in no particular order.
std::vector<TestCase>& TestCases();
// What failed in the test that runs.
std::vector<std::string>& Failures();

struct TestRegistration {
  TestRegistration(const char* name, void (*run)()) { TestCases().push_back({name, run}); }
};

// Notes a failure; a test goes on after it, but stops noting after the first few.
void NoteFailure(const char* file, int line, const std::string& what);

std::string Hex(const Bytes& bytes);
// Ignores white space.
Bytes FromHex(const char* text);

template <class A, class B>
void ExpectEqual(const A& actual, const B& expected, const char* text, const char* file, int line) {
  if (actual == expected) return;
  std::ostringstream out;
  out << text << ": " << actual << " instead of " << expected;
  NoteFailure(file, line, out.str());
}

inline void ExpectEqual(const Bytes& actual, const Bytes& expected, const char* text, const char* file, int line) {
  if (actual != expected) NoteFailure(file, line, std::string(text) + ": " + Hex(actual) + " != " + Hex(expected));
}

#define TEST_NAME_(line) Test##line
#define TEST_AT_(name, line)                                       \
  static void TEST_NAME_(line)();                                  \
  static const TestRegistration kRegistration##line(name, Test##line); \
  static void TEST_NAME_(line)()
#define TEST_EXPAND_(name, line) TEST_AT_(name, line)
// TEST("srtp: what must hold") { ... }
#define TEST(name) TEST_EXPAND_(name, __LINE__)

#define EXPECT(condition) \
  do {                    \
    if (!(condition)) NoteFailure(__FILE__, __LINE__, #condition); \
  } while (false)
#define EXPECT_EQUAL(actual, expected) ExpectEqual(actual, expected, #actual, __FILE__, __LINE__)
// Ends the test, for conditions that the rest of it needs.
#define REQUIRE(condition)                               \
  do {                                                   \
    if (!(condition)) {                                  \
      NoteFailure(__FILE__, __LINE__, #condition);       \
      return;                                            \
    }                                                    \
  } while (false)

#endif  // LIVE_WEBRTC_TEST_CHECK_H_
