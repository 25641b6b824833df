// Reads one recorded answer by the parser that would meet it, and checks member by member that
// nothing of it is lost.
#pragma once

#include <string>

namespace valise::jira {

void ReadIssueFile(const std::string& text);
void ReadSearchFile(const std::string& text);
void ReadNamesFile(const std::string& text);
void ReadTypeFile(const std::string& text);
void ReadVersionFile(const std::string& text);
void ReadComponentFile(const std::string& text);
void ReadProjectFile(const std::string& text);
void ReadUserFile(const std::string& text);
void ReadUsersFile(const std::string& text);
void ReadVisibilityFile(const std::string& text);
void ReadFieldsFile(const std::string& text);
void ReadFieldMapFile(const std::string& text);
void ReadCreateMetaFile(const std::string& text);
void ReadTypePageFile(const std::string& text);
void ReadOptionFile(const std::string& text);
void ReadLinkTypesFile(const std::string& text);
void ReadAttachmentFile(const std::string& text);
void ReadBoardsFile(const std::string& text);
void ReadSprintsFile(const std::string& text);
void ReadTransitionsFile(const std::string& text);
void ReadPermissionsFile(const std::string& text);
void ReadServerFile(const std::string& text);
void ReadErrorFile(const std::string& text);
void ReadCreatedFile(const std::string& text);
void ReadLevelFile(const std::string& text);

}  // namespace valise::jira
