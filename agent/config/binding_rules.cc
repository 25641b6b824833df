// What a site does beyond translating: [bind.lifecycle].
#include "agent/config/binding_parts.h"

namespace valise {

namespace {

// Jira takes no blank inside a label.
void CheckLabel(TableReader& reader, const std::string& label) {
  if (label.find(' ') == std::string::npos && FaultOfName(label).empty()) return;
  reader.problems().Add(*reader.Find("label"), "VAL-CONFIG-VALUE",
                        reader.Place("label") + " must be one label: 1 to 255 bytes, no blanks");
}

void CheckClosing(TableReader& reader, const BindingWords& words, const Binding& binding) {
  const TomlNode& at = *reader.Find("close");
  const std::string& status = binding.lifecycle.close;
  if (!words.Agrees(at, status, words.Statuses(), "VAL-BINDING-STATUS", reader.Place("close"))) {
    return;
  }
  if (words.contract() == nullptr || binding.statuses.count(status) > 0) return;
  reader.problems().Add(
      at, "VAL-BINDING-STATUS",
      reader.Place("close") + ": \"" + status + "\" is not bound here; bind it in [bind.statuses]");
}

}  // namespace

void ReadLifecycleBinding(TableReader& bind, const BindingWords& words, Binding& binding) {
  const TomlNode* table = bind.Table("lifecycle");
  if (table == nullptr) return;
  TableReader reader(*table, "bind.lifecycle", words.problems());
  if (reader.Text("label", binding.lifecycle.label)) CheckLabel(reader, binding.lifecycle.label);
  if (reader.Text("close", binding.lifecycle.close)) CheckClosing(reader, words, binding);
  std::int64_t most = binding.lifecycle.at_once_max;
  reader.Integer("at_once_max", 0, 100'000, most);
  binding.lifecycle.at_once_max = static_cast<std::uint32_t>(most);
  reader.ReportUnknown();
}

}  // namespace valise
