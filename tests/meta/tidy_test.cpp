// Reads every source of the project and holds it against the rooms' table in ARCHITECTURE.md and
// the house rules.
#include "meta/layer_table.hpp"
#include "meta/source_lines.hpp"
#include "meta/tidy_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace kontor::meta {
namespace {

const std::filesystem::path root(KONTOR_SOURCE_DIR);

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Paths relative to the root, of everything that is compiled.
std::vector<std::string> sources() {
    std::vector<std::string> found;
    for (const char* folder : {"daemon", "tasks", "tests"}) {
        for (auto entry = std::filesystem::recursive_directory_iterator(root / folder);
             entry != std::filesystem::end(entry);
             ++entry) {
            if (entry->is_directory() && entry->path().filename() == "node_modules") {
                entry.disable_recursion_pending();
            }
            const std::string extension = entry->path().extension();
            if (extension == ".cpp" || extension == ".hpp") {
                found.push_back(std::filesystem::relative(entry->path(), root));
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string listed(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += "\n" + finding.where + ": " + finding.message;
    }
    return text;
}

void add(std::vector<Finding>& all, std::vector<Finding> more) {
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
}

TEST(Tidy, IncludesPointOnlyWhereTheRoomsTableAllows) {
    const auto table = read_layer_table(content(root / "ARCHITECTURE.md"));
    ASSERT_TRUE(table.has_value())
        << "ARCHITECTURE.md has no readable table between its layers markers";
    std::vector<Finding> findings;
    for (const std::string& path : sources()) {
        add(findings, check_includes(*table, path, content(root / path)));
    }
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tidy, EverySourceKeepsTheHouseRules) {
    std::vector<Finding> findings;
    const std::vector<std::string> paths = sources();
    ASSERT_GT(paths.size(), 50U) << "the sources were not found below " << root;
    for (const std::string& path : paths) {
        // The samples of what is wrong stand there as texts, which the rules do not read; names and
        // sizes still count.
        add(findings, check_source(path, content(root / path)));
    }
    EXPECT_TRUE(findings.empty()) << listed(findings);
}

TEST(Tidy, NoFolderIsAddedToTheTopLevel) {
    const std::vector<std::string> expected{
        "daemon", "deploy", "proto", "tasks", "tests", "workflows"};
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        const std::string name = entry.path().filename();
        const bool ignored = name.front() == '.' || name.rfind("build", 0) == 0;
        EXPECT_TRUE(
            !entry.is_directory() || ignored ||
            std::find(expected.begin(), expected.end(), name) != expected.end()
        ) << name
          << "/: the top level is fixed (ARCHITECTURE.md); put it into the folder that it belongs "
             "to";
    }
}

}  // namespace
}  // namespace kontor::meta
