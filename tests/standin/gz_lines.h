// Reads the lines of a text file, compressed with gzip or not.
#pragma once

#include <string>
#include <vector>

namespace valise::standin {

// "" or what is wrong with the file.
std::string ReadLines(const std::string& path, std::vector<std::string>* lines);

// The whole file; "" or what is wrong.
std::string ReadText(const std::string& path, std::string* text);

// Replaces the file in one step, durable before it is seen. "" or what is wrong.
std::string ReplaceFile(const std::string& path, const std::string& text);

}  // namespace valise::standin
