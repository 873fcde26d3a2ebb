// Paths in the expressions of a text, replaced before anything is parsed: how a block of tasks that is written once gets the
// names and values of each place where it is used.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::core::expr {

struct Replacements {
    // What stands for the path `root`.`member` (also root['member']) within an expression; nullopt: it stays. What follows the two
    // names stays in any case.
    std::function<std::optional<std::string>(std::string_view root, std::string_view member)> path;
    // The same for an expression that is this path and nothing else: what is given stands in the place of its braces, too.
    std::function<std::optional<std::string>(std::string_view root, std::string_view member)> whole;
};

// `text` with the paths in its ${{ }} replaced. What cannot be read as an expression stays as it is: whoever parses it says so.
std::string rewrite(std::string_view text, const Replacements& replacements);

// `root`.`member` when the text is ${{ root.member }} and nothing else; else an empty pair.
std::pair<std::string, std::string> sole_path(std::string_view text);

}  // namespace kontor::core::expr
