#include "meta/tidy_rules.hpp"

#include "meta/source_lines.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <string>
#include <utility>

namespace kontor::meta {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}
bool ends_with(std::string_view text, std::string_view suffix) {
    return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}
bool is_test(std::string_view path) { return starts_with(path, "tests/"); }

int line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<int>(std::count(
                   text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'
               ));
}

// Files over the limit, each with its own. A number here may only shrink.
constexpr std::array<std::pair<std::string_view, std::size_t>, 2> ratchet{{
    {"daemon/core/run/run.hpp",
     240},  // the run machine's doors and its one state
    {"daemon/engine/conductor.hpp",
     240},  // all that the single writer may be told
}};

constexpr std::array<std::string_view, 5> banned_words{
    "util", "common", "helper", "manager", "misc"};

// "retry_helper" holds "helper", "communication" does not hold "common": a word ends where the
// name's next word begins.
bool holds_word(std::string_view name, std::string_view word) {
    std::string words;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        if (std::isupper(c) != 0 && i > 0 &&
            std::islower(static_cast<unsigned char>(name[i - 1])) != 0) {
            words.push_back('_');
        }
        words.push_back(std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : '_');
    }
    words = "_" + words + "_";
    const std::string singular = "_" + std::string(word) + "_";
    const std::string plural = "_" + std::string(word) + "s_";
    return words.find(singular) != std::string::npos || words.find(plural) != std::string::npos;
}

struct Pattern {
    const char* hint;  // stands in every match; spares most files the expression
    const char* expression;
    const char* advice;
    bool tests_only = false;
    const char* folder = "";  // only below it
    const char* except = "";  // but not there
};

const std::vector<Pattern>& code_patterns() {
    static const std::vector<Pattern> patterns{
        {"detached",
         R"(\basio::detached\b|[(,]\s*detached\s*\))",
         "a detached coroutine has no owner: spawn it through a task group that stops it and waits "
         "for it"},
        {"catch",
         R"(\bcatch\s*\(\s*\.\.\.\s*\)\s*\{\s*\})",
         "an exception vanishes here: translate it into an Error, or let it pass"},
        {"sleep",
         R"(\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(|\bsleep\s*\(\s*[0-9])",
         "a test that sleeps is slow and still races: wait for a signal, or poll a condition with "
         "a deadline",
         true},
        {"::now",
         R"(::now\s*\()",
         "core never knows the time: take `Instant now` as an argument",
         false,
         "daemon/core/"},
        {"GTEST_SKIP",
         R"(\bGTEST_SKIP\b)",
         "a skipped test shows nothing: make what it needs part of the test's own set-up",
         true},
        {"DISABLED_",
         R"(\bDISABLED_)",
         "a disabled test shows nothing: mend it or remove it",
         true},
        {"namespace std",
         R"(\busing\s+namespace\s+std\s*;)",
         "name what you use: using namespace std makes every name a possible clash"},
        {"endl", R"(\bstd::endl\b)", "endl flushes at every line: write '\\n'"},
        {"",
         R"(\b(?:strcpy|strcat|sprintf|gets|strtok|tmpnam)\s*\()",
         "unbounded or not thread-safe: use std::string, snprintf or mkstemp"},
        {"",
         R"(\b(?:set_pattern|set_formatter|set_default_logger)\s*\(|\bstd(?:err|out)_(?:color_)?(?:mt|st)\s*\(|\bspdlog::sinks\b)",
         "what reaches the log another way still holds its secrets: app/log sets up the only logger there is",
         false,
         "daemon/",
         "daemon/app/log.cpp"},
        {"system",
         R"(\bsystem\s*\(\s*")",
         "a shell between us and a program is a hole: start the program with its arguments as an "
         "array"},
    };
    return patterns;
}

// Kontor's enumerators are PascalCase with a scope; a `default:` beside one hides the enumerator
// that is added tomorrow.
void check_switches(
    std::string_view path, const std::string& code, std::vector<Finding>& findings
) {
    static const std::regex switch_head(R"(\bswitch\s*\()");
    static const std::regex scoped_case(R"(\bcase\s+(?:[A-Za-z_]\w*::)+[A-Z]\w*\s*:)");
    static const std::regex default_label(R"(\bdefault\s*:)");
    if (code.find("default") == std::string::npos) {
        return;
    }
    for (auto head = std::sregex_iterator(code.begin(), code.end(), switch_head);
         head != std::sregex_iterator();
         ++head) {
        const std::size_t open = code.find('{', static_cast<std::size_t>(head->position()));
        if (open == std::string::npos) {
            return;
        }
        std::size_t end = open + 1;
        for (int depth = 1; end < code.size() && depth > 0; ++end) {
            depth += code[end] == '{' ? 1 : code[end] == '}' ? -1 : 0;
        }
        const std::string body = code.substr(open, end - open);
        std::smatch label;
        if (std::regex_search(body, scoped_case) && std::regex_search(body, label, default_label)) {
            findings.push_back(
                {place(path, line_at(code, open + static_cast<std::size_t>(label.position()))),
                 "`default:` hides the enumerator that is added tomorrow: list every one and put "
                 "KONTOR_UNREACHABLE() behind the switch"}
            );
        }
    }
}

}  // namespace

std::vector<Finding> check_size(std::string_view path, std::string_view source) {
    const std::size_t lines = lines_of(source).size();
    std::size_t allowed = is_test(path) ? 800 : ends_with(path, ".hpp") ? 200 : 500;
    for (const auto& [name, most] : ratchet) {
        allowed = path == name ? most : allowed;
    }
    if (lines <= allowed) {
        return {};
    }
    return {
        {place(path, static_cast<int>(lines)),
         "the file has " + std::to_string(lines) + " lines, " + std::to_string(allowed) +
             " are allowed: split it where two things are told"}};
}

std::vector<Finding> check_names(std::string_view path, std::string_view source) {
    std::vector<Finding> findings;
    for (const std::string_view word : banned_words) {
        std::size_t at = 0;
        while (at < path.size()) {
            const std::size_t end = std::min(path.find_first_of("/.", at), path.size());
            if (holds_word(path.substr(at, end - at), word)) {
                findings.push_back(
                    {place(path, 1),
                     "'" + std::string(word) +
                         "' in a file's name says nothing about what is inside: name the thing it "
                         "does"}
                );
            }
            at = end + 1;
        }
    }
    static const std::regex declared(
        R"(\b(?:class|struct|namespace|enum class)\s+(?:\[\[\w+\]\]\s*)?([A-Za-z_]\w*))"
    );
    const std::string code = code_only(source);
    for (auto match = std::sregex_iterator(code.begin(), code.end(), declared);
         match != std::sregex_iterator();
         ++match) {
        for (const std::string_view word : banned_words) {
            if (holds_word((*match)[1].str(), word)) {
                findings.push_back(
                    {place(path, line_at(code, static_cast<std::size_t>(match->position()))),
                     "'" + (*match)[1].str() + "' is a drawer, not a name: say what it does"}
                );
            }
        }
    }
    return findings;
}

std::vector<Finding> check_code(std::string_view path, std::string_view source) {
    std::vector<Finding> findings;
    const std::string code = code_only(source);
    for (const Pattern& pattern : code_patterns()) {
        if ((pattern.tests_only && !is_test(path)) || !starts_with(path, pattern.folder) || path == pattern.except) {
            continue;
        }
        if (code.find(pattern.hint) == std::string::npos) {
            continue;
        }
        const std::regex expression(pattern.expression);
        for (auto match = std::sregex_iterator(code.begin(), code.end(), expression);
             match != std::sregex_iterator();
             ++match) {
            findings.push_back(
                {place(path, line_at(code, static_cast<std::size_t>(match->position()))),
                 pattern.advice}
            );
        }
    }
    check_switches(path, code, findings);
    // Put together from halves, so that this file does not find itself.
    static const std::regex unfinished(
        std::string("\\b(?:TO") + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b"
    );
    const auto may_be_unfinished = [](std::string_view text) {
        return text.find("DO") != text.npos || text.find("ME") != text.npos ||
               text.find("XX") != text.npos || text.find("CK") != text.npos;
    };
    for (const Line& line : lines_of(source)) {
        if (may_be_unfinished(line.text) &&
            std::regex_search(line.text.begin(), line.text.end(), unfinished)) {
            findings.push_back(
                {place(path, line.number),
                 "unfinished work belongs in an issue, not in a comment: do it now or file it"}
            );
        }
    }
    if (ends_with(path, ".hpp") && source.find("#pragma once") == std::string_view::npos) {
        findings.push_back(
            {place(path, 1),
             "a header begins with a comment that says what it is, then #pragma once"}
        );
    }
    if (ends_with(path, ".hpp") && !starts_with(source, "//")) {
        findings.push_back(
            {place(path, 1), "a header opens with what it is and why it exists, in a sentence"}
        );
    }
    return findings;
}

std::vector<Finding> check_coroutines(std::string_view path, std::string_view source) {
    std::vector<Finding> findings;
    const std::string code = code_only(source);
    if (code.find("co_await") == std::string::npos && code.find("co_return") == std::string::npos) {
        return findings;
    }
    const auto find_all = [&](const char* expression, const char* advice) {
        const std::regex pattern(expression);
        for (auto match = std::sregex_iterator(code.begin(), code.end(), pattern);
             match != std::sregex_iterator();
             ++match) {
            findings.push_back(
                {place(path, line_at(code, static_cast<std::size_t>(match->position()))), advice}
            );
        }
    };
    find_all(
        R"(\b(?:if|while|for|switch)\s*\([^;{}]*\bco_await\b)",
        "g++ 12 miscompiles co_await inside a condition: await into a variable first, then test it"
    );
    find_all(
        R"(\bco_await\b[^;{}?]*\?[^;]*:)",
        "g++ 12 frees temporaries of a conditional in a co_await twice: name the value first"
    );
    find_all(
        R"(\bco_await\b[^;{}]*[(,]\s*(?:\[[^\]]*\]\s*[({]|[\w:]*\{))",
        "g++ 12 frees a temporary lambda or braced value in a co_await twice: name it first and "
        "std::move it in"
    );
    // Every coroutine's outermost block holds a local variable.
    static const std::regex coroutine(
        R"(\bawaitable\s*<[^;{}]*>\s+[\w:~]+\s*\([^;{}]*\)[^;{}]*\{([^\n]*)\n([^\n]*))"
    );
    for (auto match = std::sregex_iterator(code.begin(), code.end(), coroutine);
         match != std::sregex_iterator();
         ++match) {
        const std::string opening = (*match)[1].str() + (*match)[2].str();
        if (opening.find("guard_") == std::string::npos) {
            findings.push_back(
                {place(path, line_at(code, static_cast<std::size_t>(match->position()))),
                 "a coroutine starts with `[[maybe_unused]] char const guard_ = 0;`: without a "
                 "local variable g++ 12 resumes into nothing"}
            );
        }
    }
    return findings;
}

std::vector<Finding> check_source(std::string_view path, std::string_view source) {
    std::vector<Finding> all;
    for (auto* rule : {check_size, check_names, check_code, check_coroutines}) {
        for (Finding& finding : rule(path, source)) {
            all.push_back(std::move(finding));
        }
    }
    return all;
}

}  // namespace kontor::meta
