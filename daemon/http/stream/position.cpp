#include "http/stream/position.hpp"

#include "http/message.hpp"

#include <charconv>

namespace kontor::http {

namespace {

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && is_digit(text.front()) && error == std::errc{} &&
                       end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<StreamPosition> position_from_text(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto epoch = number(text.substr(0, dash));
    const auto seq = number(text.substr(dash + 1));
    if (!epoch || !seq) {
        return std::nullopt;
    }
    return StreamPosition{*epoch, *seq};
}

std::string position_text(const StreamPosition& position) {
    return std::to_string(position.epoch) + "-" + std::to_string(position.seq);
}

}  // namespace kontor::http
