// The whole model as one JSON text, and back.
#pragma once

#include <string>

namespace valise::standin {

class ContentStore;
struct Model;

std::string SaveModel(const Model& model);

// Onto a new model with the same project key. "" or what is wrong.
// `store` has the bytes that the state only names; null: none.
std::string LoadModel(const std::string& text, ContentStore* store, Model* model);

}  // namespace valise::standin
