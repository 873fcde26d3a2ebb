// Collects what is wrong with a text, by byte offset; gives it out by line and column. Private to spec.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/spec.hpp"

namespace kontor::spec {

// More than a person mends at once.
inline constexpr std::size_t diagnostics_max = 50;

class Diagnostics {
 public:
    explicit Diagnostics(std::string_view text) : text_(text) {}

    void add(std::size_t offset, std::string message, std::string hint = "");
    // The hint asks "did you mean ...?" when one of `known` is near to `name`, and lists them otherwise.
    void add_unknown(std::size_t offset, std::string message, std::string_view name, const std::vector<std::string>& known);
    bool empty() const { return found_.empty(); }
    std::string_view text() const { return text_; }
    // In text order, each once.
    std::vector<Diagnostic> take();

 private:
    struct Found {
        std::size_t offset;
        std::string message;
        std::string hint;
        bool operator==(const Found&) const = default;
    };
    std::string_view text_;
    std::vector<Found> found_;
};

}  // namespace kontor::spec
