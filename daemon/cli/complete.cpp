#include "cli/complete.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace kontor::cli {
namespace {

constexpr const char* runs_path = "/v1/runs?limit=30";

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    std::vector<const CLI::App*> found;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) {  // an empty group hides a command
            found.push_back(command);
        }
    }
    return found;
}

// Options of a command and, since they fall through, of those above it.
const CLI::Option* option_named(const CLI::App& app, const std::string& word) {
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options()) {
            if (option->nonpositional() && option->check_name(word)) {
                return option;
            }
        }
    }
    return nullptr;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// The words between braces of a type such as "TEXT:{table,json}".
std::vector<Candidate> choices_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    std::vector<Candidate> found;
    const std::size_t open = type.find('{');
    const std::size_t close = type.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
        return found;
    }
    for (std::size_t at = open + 1; at < close;) {
        const std::size_t end = std::min(type.find(',', at), close);
        found.push_back({type.substr(at, end - at), ""});
        at = end + 1;
    }
    return found;
}

struct LiveValue {
    std::string_view name;  // of the option or positional
    const char* path;
    std::string_view word;  // the items' member that is the value
    std::string_view what;
};
constexpr std::array<LiveValue, 6> live_values{{
    {"WORKFLOW", "/v1/workflows", "name", "title"},
    {"--workflow", "/v1/workflows", "name", "title"},
    {"COUNTRY", "/v1/winners", "country", "model"},
    {"--country", "/v1/winners", "country", "model"},
    {"RUN", runs_path, "id", "workflow"},
    {"--correlation", "/v1/campaigns?limit=30", "correlation", "workflow"},
}};

std::string text_of(const Json& item, std::string_view name) {
    const Json* found = member(item, name);
    return found == nullptr || found->is_null() ? "" : found->is_string() ? std::string(found->get_string()) : to_text(*found);
}

std::vector<Candidate> items_of(const Json& answer, std::string_view word, std::string_view what) {
    std::vector<Candidate> found;
    if (const Json* items = member(answer, "items"); items != nullptr && items->is_array()) {
        for (const Json& item : items->get_array()) {
            const std::string state = text_of(item, "state");
            found.push_back({text_of(item, word), printable(text_of(item, what) + (state.empty() ? "" : ", " + state))});
        }
    }
    return found;
}

std::vector<Candidate> values_of(const CLI::App& command, const CLI::Option& option, const Ask& ask) {
    std::vector<Candidate> found = choices_of(option);
    const std::string name = option.get_positional() ? option.get_name(true, false) : option.get_name();
    for (const LiveValue& live : live_values) {
        if (found.empty() && (name == live.name || option.check_name(std::string(live.name)))) {
            found = items_of(ask(live.path), live.word, live.what);
        }
    }
    const CLI::App* group = command.get_parent();
    if (found.empty() && name == "ID" && group != nullptr && group->get_name() == "dlq") {
        found = items_of(ask("/v1/dead-letters?state=open&limit=30"), "id", "reason");
    }
    return found;
}

std::vector<const CLI::Option*> positionals_of(const CLI::App& app) {
    std::vector<const CLI::Option*> found;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional() && !option->nonpositional()) {
            found.push_back(option);
        }
    }
    return found;
}

std::vector<Candidate> options_of(const CLI::App& app) {
    std::vector<Candidate> found;
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                found.push_back({"--" + name, option->get_description()});
            }
        }
    }
    return found;
}

}  // namespace

std::vector<Candidate> complete(const CLI::App& app, const std::vector<std::string>& words, const Ask& ask) {
    const CLI::App* command = &app;
    const CLI::Option* waits = nullptr;  // for its value
    std::size_t given = 0;               // positionals so far
    for (std::size_t at = 0; at + 1 < words.size(); ++at) {
        const std::string& word = words[at];
        if (waits != nullptr) {
            waits = nullptr;
        } else if (word.starts_with("-")) {
            const CLI::Option* option = option_named(*command, word.substr(0, word.find('=')));
            waits = option != nullptr && takes_value(*option) && word.find('=') == std::string::npos ? option : nullptr;
        } else {
            const auto below = commands_of(*command);
            const auto next = std::ranges::find_if(below, [&](const CLI::App* one) { return one->check_name(word); });
            command = next != below.end() ? *next : command;
            given = next != below.end() ? 0 : given + 1;
        }
    }
    const std::string typed = words.empty() ? "" : words.back();
    std::vector<Candidate> found;
    if (waits != nullptr) {
        found = values_of(*command, *waits, ask);
    } else if (typed.starts_with("-")) {
        found = options_of(*command);
    } else {
        for (const CLI::App* below : given == 0 ? commands_of(*command) : std::vector<const CLI::App*>()) {
            found.push_back({below->get_name(), below->get_description()});
        }
        const auto positionals = positionals_of(*command);
        if (!positionals.empty()) {
            const auto values = values_of(*command, *positionals[std::min(given, positionals.size() - 1)], ask);
            found.insert(found.end(), values.begin(), values.end());
        }
    }
    std::erase_if(found, [&](const Candidate& one) { return one.word.empty() || !one.word.starts_with(typed); });
    return found;
}

std::string completion_script(std::string_view shell) {
    if (shell == "bash") {
        return R"(# Load it with:  source <(kontor completion bash)
_kontor() {
    COMPREPLY=()
    local word what
    while IFS=$'\t' read -r word what; do
        COMPREPLY+=("$word")
    done < <(kontor complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}
complete -F _kontor kontor
)";
    }
    if (shell == "zsh") {
        return R"(#compdef kontor
# Load it with:  source <(kontor completion zsh)
_kontor() {
    local -a found
    local word what
    while IFS=$'\t' read -r word what; do
        found+=("${word//:/\\:}:$what")
    done < <(kontor complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    if (( $#found )); then _describe kontor found; else _files; fi
}
compdef _kontor kontor
)";
    }
    if (shell == "fish") {
        return R"(# Load it with:  kontor completion fish | source
function __kontor_words
    set -l words (commandline -opc) (commandline -ct)
    kontor complete-words -- $words[2..-1] 2>/dev/null
end
complete -c kontor -a '(__kontor_words)'
)";
    }
    return "";
}

}  // namespace kontor::cli
