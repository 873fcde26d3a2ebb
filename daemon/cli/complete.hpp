// Completion and manual pages, both read off the grammar itself, so that neither can tell of what is not there.
#pragma once

#include "cli/session.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace kontor::cli {

struct Candidate {
    std::string word;
    std::string what;  // shown beside it where a shell can
};

// What a daemon may be asked for: the answer of GET path, null when there is none.
using Ask = std::function<Json(const std::string& path)>;

// What may stand for the last of `words` (those behind "kontor"; the last one is what was typed so far). Empty: a file, or nothing.
// Live values (workflows, countries, runs, open dead letters) come from `ask`. Pure but for that.
std::vector<Candidate> complete(const CLI::App& app, const std::vector<std::string>& words, const Ask& ask);

// The script that a shell reads: bash, zsh or fish. Empty for any other.
std::string completion_script(std::string_view shell);

// The page of `app` for man(1): of kontor itself, or of one of its commands. `version` stands at its foot.
std::string manual_page(const CLI::App& app, const std::string& version);
// "kontor-dlq-redrive"
std::string manual_name(const CLI::App& app);

}  // namespace kontor::cli
