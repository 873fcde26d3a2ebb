// A place in the stream of commits: "<epoch>-<seq>", the id of every message.
// Thread: any; pure.
#pragma once

#include "ports/ids.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {

struct StreamPosition {
    ports::Epoch epoch = 0;
    ports::Seq seq = 0;
    friend auto operator<=>(const StreamPosition&, const StreamPosition&) = default;
};

std::optional<StreamPosition> position_from_text(std::string_view text);
std::string position_text(const StreamPosition& position);

}  // namespace kontor::http
