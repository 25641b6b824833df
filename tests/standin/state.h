// The whole model as one JSON text, and back.
#pragma once

#include <string>

namespace valise::standin {

struct Model;

std::string SaveModel(const Model& model);

// Onto a new model with the same project key. "" or what is wrong.
std::string LoadModel(const std::string& text, Model* model);

}  // namespace valise::standin
