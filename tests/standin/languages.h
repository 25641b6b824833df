// Field names in other languages: Jira shows them in the user's (pitfall 18).
#pragma once

#include <string>

#include "tests/standin/model.h"

namespace valise::standin {

// "en", "de" or "zh"; a user without one has the server's.
std::string LanguageOf(const Model& model, const User* user);
bool IsKnownLanguage(const std::string& language);

// The English name where there is no other.
std::string NameIn(const std::string& language, const Field& field);
std::string NameFor(const Model& model, const Field& field, const User* user);

// "de_DE".
std::string LocaleOf(const std::string& language);

}  // namespace valise::standin
