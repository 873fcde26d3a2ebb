#include "cli/misspelt.hpp"

#include "base/nearest.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <vector>

namespace kontor::cli {
namespace {

// The command that the line got to: kontor, or runs, or dlq redrive.
const CLI::App& reached(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? app : reached(*chosen.back());
}

std::vector<std::string> commands_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    return names;
}

// Options fall through: those of the commands above count too.
std::vector<std::string> options_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                names.push_back("--" + name);
            }
        }
    }
    return names;
}

}  // namespace

std::string misspelt_word(const CLI::App& app) {
    const std::vector<std::string> left = app.remaining(true);
    // An option first: what stands beside it is its value, in either order.
    const auto dashed = std::find_if(left.begin(), left.end(), [](const std::string& one) {
        return one.size() > 1 && one.front() == '-' && one != "--";
    });
    if (left.empty() || (dashed == left.end() && left.front().empty())) {
        return "";
    }
    const std::string& word = dashed != left.end() ? *dashed : left.front();
    const CLI::App& command = reached(app);
    const bool option = word.front() == '-';
    const std::vector<std::string> known = option ? options_of(command) : commands_of(command);
    if (known.empty()) {
        return "";
    }
    const std::string near = nearest(word, known);
    return "there is no " + std::string(option ? "option" : "command") + " '" + word + "'" +
           (near.empty() ? "" : "; did you mean '" + near + "'?");
}

}  // namespace kontor::cli
