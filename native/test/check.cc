#include "check.h"

#include <cstring>

namespace {

constexpr size_t kMaxFailures = 10;

int HexDigit(char digit) {
  const char* digits = "0123456789abcdef";
  const char* found = std::strchr(digits, digit);
  return found == nullptr || digit == '\0' ? -1 : static_cast<int>(found - digits);
}

}  // namespace

std::vector<TestCase>& TestCases() {
  static std::vector<TestCase> cases;
  return cases;
}

std::vector<std::string>& Failures() {
  static std::vector<std::string> failures;
  return failures;
}

void NoteFailure(const char* file, int line, const std::string& what) {
  if (Failures().size() >= kMaxFailures) return;
  const char* slash = std::strrchr(file, '/');
  Failures().push_back(std::string(slash == nullptr ? file : slash + 1) + ":" + std::to_string(line) + ": " + what);
}

std::string Hex(const Bytes& bytes) {
  const char* digits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Bytes FromHex(const char* text) {
  Bytes bytes;
  int high = -1;
  for (; *text != '\0'; ++text) {
    const int digit = HexDigit(*text);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}
