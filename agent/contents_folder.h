// Contents on disk: STATE/contents, mode 0700, files of mode 0600. Names are of our own making and
// checked; what else lies there is left alone.
#pragma once

#include "agent/contents.h"
#include "transport/file.h"

namespace valise {

class ContentsFolder final : public Contents {
 public:
  // Makes the folder if there is none. Errors: "VAL-CONTENT-ACCESS" (kAskOperator), -FULL, -IO.
  static Result<std::unique_ptr<ContentsFolder>> Open(const std::string& folder);

  Result<void> Write(const std::string& name, std::uint64_t offset,
                     std::string_view bytes) override;
  Result<Bytes> Read(const std::string& name, std::uint64_t offset,
                     std::size_t bytes_max) const override;
  Result<void> Sync(const std::string& name) override;
  Result<void> Rename(const std::string& from, const std::string& to) override;
  Result<void> Remove(const std::string& name) override;
  std::optional<std::uint64_t> SizeOf(const std::string& name) const override;
  std::vector<std::string> Names() const override;

 private:
  ContentsFolder(std::string folder, Descriptor opened)
      : folder_(std::move(folder)), opened_(std::move(opened)) {}
  Error Failed(const char* doing, const std::string& name, int error_number) const;

  std::string folder_;
  Descriptor opened_;
};

}  // namespace valise
