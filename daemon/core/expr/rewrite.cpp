#include "core/expr/rewrite.hpp"

#include "core/expr/lexer.hpp"

namespace kontor::core::expr {
namespace {

constexpr std::string_view opening = "${{";

bool is(const Token& token, std::string_view symbol) { return token.kind == TokenKind::Symbol && token.text == symbol; }

// How many tokens of root.member or root['member'] stand at `at`; 0 when there is no such path.
std::size_t path_length(const std::vector<Token>& tokens, std::size_t at) {
    const bool begins = tokens[at].kind == TokenKind::Name && (at == 0 || !is(tokens[at - 1], "."));
    if (!begins || at + 2 >= tokens.size()) {
        return 0;
    }
    if (is(tokens[at + 1], ".") && tokens[at + 2].kind == TokenKind::Name) {
        return 3;
    }
    const bool indexed = is(tokens[at + 1], "[") && tokens[at + 2].kind == TokenKind::Text && at + 3 < tokens.size() && is(tokens[at + 3], "]");
    return indexed ? 4 : 0;
}

std::size_t end_of(const Token& token) { return token.offset + token.written.size(); }

// The two names of a program that is a path of two and nothing else; empty ones otherwise.
std::pair<std::string, std::string> path_alone(std::string_view program) {
    const Result<std::vector<Token>> tokens = tokenize(program);
    const std::size_t length = tokens ? path_length(*tokens, 0) : 0;
    const bool alone = length > 0 && (*tokens)[length].kind == TokenKind::End;
    return alone ? std::pair((*tokens)[0].text, (*tokens)[2].text) : std::pair<std::string, std::string>{};
}

std::string rewrite_program(std::string_view program, const Replacements& replacements) {
    const Result<std::vector<Token>> tokens = tokenize(program);
    if (!tokens) {
        return std::string(program);
    }
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < tokens->size(); ++at) {
        const std::size_t length = path_length(*tokens, at);
        if (length == 0) {
            continue;
        }
        if (const auto found = replacements.path((*tokens)[at].text, (*tokens)[at + 2].text)) {
            out += program.substr(copied, (*tokens)[at].offset - copied);
            out += *found;
            copied = end_of((*tokens)[at + length - 1]);
        }
        at += length - 1;
    }
    return out + std::string(program.substr(copied));
}

}  // namespace

std::string rewrite(std::string_view text, const Replacements& replacements) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t start = text.find(opening); start != std::string_view::npos; start = text.find(opening, at)) {
        const std::size_t first = start + opening.size();
        const std::size_t end = closing_of(text, first);
        if (end == std::string_view::npos) {
            break;
        }
        const std::string_view program = text.substr(first, end - 2 - first);
        const auto [root, member] = path_alone(program);
        const auto whole = root.empty() ? std::nullopt : replacements.whole(root, member);
        out += text.substr(at, start - at);
        out += whole ? *whole : "${{" + rewrite_program(program, replacements) + "}}";
        at = end;
    }
    return out + std::string(text.substr(at));
}

std::pair<std::string, std::string> sole_path(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos || !text.substr(from).starts_with(opening)) {
        return {};
    }
    const std::size_t first = from + opening.size();
    const std::size_t end = closing_of(text, first);
    if (end == std::string_view::npos || text.find_first_not_of(" \t\r\n", end) != std::string_view::npos) {
        return {};
    }
    return path_alone(text.substr(first, end - 2 - first));
}

}  // namespace kontor::core::expr
